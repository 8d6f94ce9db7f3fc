/** Two deployments in one account and region: whose alarms each hears. */
import { expect, it } from 'vitest';
import { alarmSourceOf } from '../../core/contracts/alarm.ts';
import { compileEventPattern } from '../../simulator/services/eventbridge/event-pattern.ts';
import { resourcesOf, templateOf } from './synthesised.ts';

it('a deployment hears its own alarms and those of other tools, not those of another deployment', () => {
  const rules = resourcesOf(templateOf({ name: 'nights' }), 'AWS::Events::Rule');
  const rule = Object.values(rules).find(({ Properties }) => Properties.Name === 'nights-alarms-came');
  const hears = compileEventPattern(rule?.Properties.EventPattern);
  const from = (source: string) =>
    hears({ source, 'detail-type': 'Flarepath Alarms', detail: { alarms: [] } });
  expect(from(alarmSourceOf('nights'))).toBe(true);
  expect(from('our.alertmanager')).toBe(true);
  // as the version before signed its own, which may be on their way during a deployment
  expect(from('flarepath')).toBe(true);
  expect(from(alarmSourceOf('days'))).toBe(false);
  expect(from(alarmSourceOf('nights-too'))).toBe(false);
});
