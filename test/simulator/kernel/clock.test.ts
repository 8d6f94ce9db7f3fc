import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createKernel, runAsGuest } from '../../../simulator/kernel/index.ts';

const start = Date.UTC(2026, 0, 5);
const kernelAt = (seed = 1) => createKernel({ seed, startAtMs: start });

describe('virtual time', () => {
  it('stands still until it is driven, and passes in order', async () => {
    const kernel = kernelAt();
    const order: string[] = [];
    kernel.clock.after(2000, 'b', () => void order.push('b'));
    kernel.clock.after(1000, 'a', () => void order.push('a'));
    kernel.clock.after(2000, 'c', () => void order.push('c'));
    kernel.clock.after(1500, 'cancelled', () => void order.push('never')).cancel();
    expect(kernel.clock.nowMs()).toBe(start);
    await kernel.runUntil(start + 5000);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(kernel.clock.nowMs()).toBe(start + 5000);
  });

  it('reaches events that lie months ahead, at their instant', async () => {
    const kernel = kernelAt();
    const seen: string[] = [];
    const at = Date.UTC(2026, 5, 1, 12);
    kernel.clock.at(at, 'far', () => void seen.push(new Date().toISOString()));
    await kernel.runUntil(Date.UTC(2026, 11, 1));
    expect(seen).toEqual(['2026-06-01T12:00:00.000Z']);
  });

  it('is what guests see in Date and timers, and only while it is driven', async () => {
    const kernel = kernelAt();
    const before = Date.now();
    const seen = await kernel.settle(async () => {
      await new Promise((resolve) => setTimeout(resolve, 90_000));
      return Date.now();
    });
    expect(seen).toBe(start + 90_000);
    expect(Date.now()).toBeGreaterThanOrEqual(before);
    expect(Math.abs(Date.now() - before)).toBeLessThan(60_000);
  });

  it('does not move while a file is read or a library call is held', async () => {
    const kernel = kernelAt();
    kernel.clock.after(10, 'meanwhile', () => undefined);
    const seen = await kernel.settle(async () => {
      await readFile(new URL(import.meta.url));
      const afterFile = Date.now();
      await kernel.clock.hold(() => new Promise((resolve) => setImmediate(() => setImmediate(resolve))));
      return [afterFile, Date.now()];
    });
    expect(seen).toEqual([start, start]);
  });

  it('gives the real clock back to whoever watches the progress', async () => {
    const kernel = kernelAt();
    kernel.clock.after(1000, 'tick', () => undefined);
    const years: number[] = [];
    await kernel.runUntil(start + 2000, () => years.push(new Date().getTime()));
    expect(years.length).toBeGreaterThan(0);
    expect(years.every((nowMs) => nowMs > start + 86_400_000 || nowMs < start)).toBe(true);
  });

  it('ends the run with the error of an event, naming the event', async () => {
    const kernel = kernelAt();
    kernel.clock.after(5, 'bad event', () => {
      throw new Error('broken');
    });
    await expect(kernel.runUntil(start + 10)).rejects.toThrow('bad event: broken');
  });

  it('says so when awaited work can never settle', async () => {
    const kernel = kernelAt();
    await expect(kernel.settle(() => new Promise(() => undefined), 1000)).rejects.toThrow('Not settled');
  });
});

describe('guests', () => {
  it('have environments and random numbers of their own, also in timers', async () => {
    const kernel = kernelAt();
    const look = async () => {
      const before = [process.env['WHO'], Math.random(), crypto.randomUUID()];
      await new Promise((resolve) => setTimeout(resolve, 10));
      return [...before, process.env['WHO'], 'WHO' in process.env, Object.keys(process.env)];
    };
    const guest = (id: string) => ({ id, environment: { WHO: id }, random: kernel.random(`guest/${id}`) });
    const [one, other] = await kernel.settle(() =>
      Promise.all([runAsGuest(guest('one'), look), runAsGuest(guest('other'), look)]),
    );
    expect(one?.[0]).toBe('one');
    expect(one?.slice(3)).toEqual(['one', true, ['WHO']]);
    expect(other?.slice(3)).toEqual(['other', true, ['WHO']]);
    expect(one?.[1]).not.toBe(other?.[1]);
    expect(one?.[2]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const again = kernelAt();
    const same = await again.settle(() =>
      runAsGuest({ id: 'one', environment: { WHO: 'one' }, random: again.random('guest/one') }, look),
    );
    expect(same).toEqual(one);
  });
});
