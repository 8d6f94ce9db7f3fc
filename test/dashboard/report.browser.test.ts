import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { renderReport } from '../../dashboard/render-report.ts';
import { sampleReport } from './sample-report.ts';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
);
const AxeResult = z.object({ violations: z.array(z.object({ id: z.string(), help: z.string() })) });

describe.skipIf(executablePath === undefined)('the report in a browser (needs chromium)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flarepath-report-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    writeFileSync(file, renderReport(sampleReport()));
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(
    width: number,
    colorScheme: 'light' | 'dark',
  ): Promise<{ page: Page; requests: string[] }> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, requests };
  }

  it.each([
    [1100, 'light'],
    [390, 'dark'],
  ] as const)('is readable at %i pixels in %s, with no fault that axe finds', async (width, scheme) => {
    const { page } = await open(width, scheme);
    await page.addScriptTag({
      content: readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8'),
    });
    const { violations } = AxeResult.parse(await page.evaluate('axe.run()'));
    expect(violations.map((violation) => `${violation.id}: ${violation.help}`)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    await page.close();
  });

  it('asks the network for nothing', async () => {
    const { page, requests } = await open(1100, 'light');
    expect(requests).toEqual([pathToFileURL(file).href]);
    await page.close();
  });

  it('draws every run of a job, marks the late one and shows the chosen plan', async () => {
    const { page } = await open(1100, 'light');
    const gantt = page.getByRole('img', { name: 'Runs of orders-nightly against their deadlines' });
    expect(await gantt.locator('text').filter({ hasText: '01-12 02:00' }).count()).toBe(1);
    expect(await gantt.locator('rect[fill="var(--bad)"]').count()).toBe(1);
    expect(await page.getByRole('img', { name: /Plans for orders-nightly.*9\.00 USD/ }).count()).toBe(1);
    await page.close();
  });
});
