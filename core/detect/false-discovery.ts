/**
 * Which of many findings to believe so that of those believed at most a given share is expected to be chance:
 * Benjamini and Hochberg's step-up procedure.
 *
 * @param tailProbabilities  0..1, one for everything that was tested, also where nothing was found
 * @param share  0..1, of false discoveries among all
 * @returns for each, whether to believe it
 * @see Benjamini and Hochberg, Controlling the False Discovery Rate, JRSS B 1995
 */
export function believed(tailProbabilities: readonly number[], share: number): boolean[] {
  const ascending = [...tailProbabilities].sort((a, b) => a - b);
  let border = -1;
  ascending.forEach((probability, i) => {
    if (probability <= (share * (i + 1)) / ascending.length) border = probability;
  });
  return tailProbabilities.map((probability) => probability <= border);
}
