import { readKiosks, type KioskView } from '../carrier/read-kiosks.js';
import { printJson } from './command.js';

export interface KiosksOptions {
  readonly dir: string;
  readonly json?: boolean;
}

/** `simkiosk carrier kiosks`: what each kiosk said of itself last, and what its silence means. */
export async function carrierKiosks({ dir, json }: KiosksOptions): Promise<void> {
  const kiosks = await readKiosks(dir, Date.now());
  if (json) printJson({ kiosks });
  else process.stdout.write(tableOf(kiosks));
}

/** What a column shows of a kiosk; empty where nothing is known. */
const columns: Readonly<Record<string, (view: KioskView) => string | number | undefined>> = {
  kiosk: ({ kiosk }) => kiosk,
  condition: ({ condition }) => condition,
  silent: ({ silentMs }) => duration(silentMs),
  state: ({ said }) => said?.state,
  'in stack': ({ said }) => said?.cards?.inStack,
  taken: ({ said }) => said?.cards?.taken,
  retained: ({ said }) => said?.cards?.retained,
  uncertain: ({ said }) => said?.cards?.uncertain,
  messages: ({ said }) => said?.outbox?.depth,
  oldest: ({ outboxAgeMs }) => duration(outboxAgeMs),
  clock: ({ clockOffsetMs: ms }) => (ms === undefined ? ms : `${(ms / 1_000).toFixed(1)} s`),
  'certificate days': ({ certificateDays }) => certificateDays,
  alarms: ({ said }) => said?.alarms?.join(', '),
  version: ({ said }) => said?.version,
  reasons: ({ said }) => said?.reasons.join(', '),
  odd: ({ odd }) => [...new Set(odd.map(({ means }) => means))].join('; '),
};

function tableOf(kiosks: readonly KioskView[]): string {
  const names = Object.keys(columns);
  const lines = [names, ...kiosks.map((view) => names.map((name) => String(columns[name]?.(view) ?? '')))];
  const widths = names.map((_name, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function duration(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  const minutes = ms / 60_000;
  if (minutes < 10) return `${Math.round(ms / 1_000)} s`;
  return minutes < 600 ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;
}
