/**
 * The first blocks of a CIDR block, as Fn::Cidr counts them.
 *
 * @param block  IPv4, such as `10.0.0.0/16`
 * @param hostBits  bits of a part that number hosts: 8 gives /24
 */
export function cidrBlocks(block: string, count: number, hostBits: number): string[] {
  const [address = '', prefix = '32'] = block.split('/');
  const start = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** hostBits;
  if (count * size > 2 ** (32 - Number(prefix))) {
    throw new RangeError(`${block} has no room for ${count} blocks of ${hostBits} host bits`);
  }
  return Array.from({ length: count }, (_block, index) => {
    const first = start + index * size;
    const parts = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
    return `${parts.join('.')}/${32 - hostBits}`;
  });
}
