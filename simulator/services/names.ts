import type { Kernel } from '../contracts.ts';

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const HEX_DIGITS = '0123456789abcdef';

/**
 * A physical name such as CloudFormation makes up for a resource without one: logical id and random letters.
 *
 * @param maxLength  of the whole name; the logical id gives way
 */
export function physicalName(kernel: Kernel, logicalId: string, maxLength = 64): string {
  const suffix = randomText(kernel.random(`name:${logicalId}`), LETTERS_AND_DIGITS, 12);
  return `${logicalId.slice(0, maxLength - suffix.length - 1)}-${suffix}`;
}

/** A random identifier in the form of a version 4 UUID. */
export function uuid(random: () => number): string {
  const digits = randomText(random, HEX_DIGITS, 32);
  const variant = HEX_DIGITS.charAt(8 + Math.floor(random() * 4));
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join('-');
}

export function randomText(random: () => number, alphabet: string, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) text += alphabet.charAt(Math.floor(random() * alphabet.length));
  return text;
}

/** The resource part of an ARN: everything after the fifth colon. */
export function arnResource(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

/** The service part of an ARN, such as `sqs`. */
export function arnService(arn: string): string {
  return arn.split(':')[2] ?? '';
}
