import { errorTable, isErrorCode } from '../errors.js';
import { remedyOf } from '../remedies.js';
import { diagram, stateTable } from '../transaction/diagram.js';
import { recoveryTable } from '../transaction/recovery.js';
import { serviceTable } from '../transaction/services.js';

/** Parts of the README that are drawn from the program's own tables, by the name of their markers. */
const parts: Readonly<Record<string, () => string>> = {
  transaction: () => ['```mermaid', diagram(), '```', '', stateTable()].join('\n'),
  services: serviceTable,
  recovery: recoveryTable,
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
