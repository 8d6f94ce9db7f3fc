/** The kernel of the simulated AWS: time, randomness, trace, calls. */
export { createKernel, type KernelHost, type KernelOptions, type Violation } from './kernel.ts';
export { runAsGuest, currentGuest, followGuests } from './guest.ts';
export { LostResponseError } from './call.ts';
