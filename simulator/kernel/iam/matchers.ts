/** Text with `*` and `?`, as IAM matches it. */

export type Matcher = (text: string) => boolean;

/** `*` is any text, `?` any one character. */
export function globMatcher(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}

const ARN_PARTS = 6;

/** An ARN part by part: a wildcard in one part never reaches into the next. */
export function arnMatcher(pattern: string): Matcher {
  const matchers = partsOf(pattern).map(globMatcher);
  return (arn) => {
    const parts = partsOf(arn);
    return (
      parts.length === matchers.length && matchers.every((matches, index) => matches(parts[index] ?? ''))
    );
  };
}

function partsOf(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, ARN_PARTS - 1), parts.slice(ARN_PARTS - 1).join(':')].filter(
    (_part, index) => index < parts.length,
  );
}
