import { ConfigSchema } from '../config/schema.js';
import { commandTable } from '../fleet/asyncapi.js';
import { errorTable, isErrorCode } from '../errors.js';
import { carrierMetrics } from '../carrier/metrics.js';
import { monitors } from '../kiosk/monitors/table.js';
import { processMetrics, type Metric } from '../lib/metrics.js';
import { linkMetrics } from '../link/metrics.js';
import { remedyOf } from '../remedies.js';
import { diagram, stateTable } from '../transaction/diagram.js';
import { recoveryTable } from '../transaction/recovery.js';
import { serviceTable } from '../transaction/services.js';

const defaults = ConfigSchema.shape.monitors.parse({});

/** Parts of the README that are drawn from the program's own tables, by the name of their markers. */
const parts: Readonly<Record<string, () => string>> = {
  transaction: () => ['```mermaid', diagram(), '```', '', stateTable()].join('\n'),
  services: serviceTable,
  recovery: recoveryTable,
  commands: commandTable,
  monitors: () =>
    [
      '| alarm | measured | unit | severity | raised at | cleared beyond | limit from (default) |',
      '|---|---|---|---|---|---|---|',
      ...Object.entries(monitors).map(([name, { means, unit, severity, bad, margin, setting }]) => {
        const [side, sign] = bad === 'low' ? ['below', '+'] : ['above', '−'];
        const from = `\`monitors.${setting}\` (${defaults[setting]})`;
        return `| \`${name}\` | ${means} | ${unit} | ${severity} | limit or ${side} | limit ${sign} ${margin.toLocaleString('en')} | ${from} |`;
      }),
    ].join('\n'),
  metrics: () =>
    [
      '| metric | type | labels | means |',
      '|---|---|---|---|',
      ...Object.entries<Metric>({ ...linkMetrics, ...carrierMetrics, ...processMetrics }).map(
        ([name, { type, labels = [], help }]) =>
          `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
      ),
    ].join('\n'),
  errors: () =>
    [
      '| code | means | who can mend it | what a technician does |',
      '|---|---|---|---|',
      ...Object.entries(errorTable).map(
        ([code, { means, mender }]) =>
          `| \`${code}\` | ${means} | ${mender} | ${mender === 'technician' && isErrorCode(code) ? remedyOf(code) : ''} |`,
      ),
    ].join('\n'),
};

/** The README with its generated parts as they should be. */
export function withGeneratedParts(readme: string): string {
  return Object.entries(parts).reduce((text, [name, draw]) => {
    const between = new RegExp(`(<!-- ${name}:begin -->\n)[^]*?(<!-- ${name}:end -->)`);
    return text.replace(between, (_all, begin: string, end: string) => `${begin}${draw()}\n${end}`);
  }, readme);
}
