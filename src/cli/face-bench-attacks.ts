import { createFaceEngine } from '../../drivers/face-engine/create.js';
import type { FaceEngineName } from '../contracts/face-engine.js';
import { readModelSet } from '../face/manifest.js';
import { modelsDir } from '../lib/paths.js';
import { printJson } from './command.js';
import { type AttackRate, benchAttacks } from './face-attacks.js';

export interface AttackBenchOptions {
  readonly attacks?: string;
  readonly realAttacks?: string;
  readonly rounds: number;
  readonly engine: FaceEngineName;
  readonly set?: string;
  readonly json?: boolean;
}

const CAVEAT =
  'Attacks and live people alike are made of stills by the virtual camera: this compares versions of the product and is no certification.';

/** `simkiosk face bench --attacks DIR`: APCER of each species, BPCER (ISO/IEC 30107-3). Progress on stderr. */
export async function faceBenchAttacks(options: AttackBenchOptions): Promise<void> {
  const { attacks: dir = '', realAttacks: real, rounds, engine: name, set: setName } = options;
  const set = readModelSet(modelsDir, setName);
  const engine = await createFaceEngine(name, { set });
  try {
    let tries = 0;
    const rates = await benchAttacks({
      engine,
      set,
      dir,
      rounds,
      ...(real !== undefined && { real }),
      onResult(presentation, still, result) {
        tries += 1;
        process.stderr.write(`${tries} ${presentation} ${still}: ${result}\n`);
      },
    });
    if (options.json) printJson(summary(rates));
    else process.stdout.write(described(rates));
  } finally {
    await engine.close();
  }
}

function summary(rates: readonly AttackRate[]): unknown {
  const [live, ...attacks] = rates;
  return {
    bpcer: live?.rate ?? null,
    bonaFide: live ?? null,
    apcer: Object.fromEntries(attacks.map(({ presentation, rate }) => [presentation, rate])),
    species: attacks,
    caveat: CAVEAT,
  };
}

function described(rates: readonly AttackRate[]): string {
  const lines = rates.map(({ presentation, tries, errors, rate, interval, reasons }) => {
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    const why = Object.entries(reasons).map(([reason, count]) => `${reason} ${count}`);
    const name = presentation === 'bona-fide' ? 'BPCER' : `APCER ${presentation}`;
    return `${name.padEnd(22)} ${percent(rate).padStart(8)}  ${errors} of ${tries}, 95 %: ${interval.map(percent).join('…')}  (${why.join(', ')})`;
  });
  return `${lines.join('\n')}\n${CAVEAT}\n`;
}
