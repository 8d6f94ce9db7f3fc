const FAILURE_CHARACTERS = 300;

/**
 * Does something for each item, one after the other; one that fails does not keep the others from their turn.
 *
 * @param nameOf  what a failure is told of
 * @returns a line for each that failed; it is the caller's to fail in the end
 */
export async function eachDespiteFailures<T>(
  items: Iterable<T>,
  nameOf: (item: T) => string,
  act: (item: T) => Promise<unknown>,
): Promise<string[]> {
  const failures: string[] = [];
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      const told = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failures.push(`${nameOf(item)}: ${told}`.slice(0, FAILURE_CHARACTERS));
    }
  }
  return failures;
}
