/** Writes docs/fault-catalogue.md from the catalogue. A test fails when the two differ. */
import { writeFileSync } from 'node:fs';
import { faultCataloguePage } from './fault-catalogue-page.ts';

writeFileSync('docs/fault-catalogue.md', await faultCataloguePage());
