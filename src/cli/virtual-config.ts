import { join } from 'node:path';
import type { JWK } from 'jose';
import type { ConfigInput } from '../config/schema.js';

export type Pace = 'real' | 'fast';

/**
 * `travelMs`, `reactionMs`, `patienceMs`: what a motor and a customer take, and how long one waits for an invitation.
 * The rest is how long the service waits for them: people need seconds, a fast cast needs none.
 */
export const paces = {
  real: {
    travelMs: 1_500,
    reactionMs: 1_200,
    patienceMs: 60_000,
    deadlinesMs: { reading: 15_000, presented: 15_000 },
    farewellMs: 3_000,
    captureMs: 20_000,
    stepMs: 6_000,
    travelLimitMs: 5_000,
    pollMs: 200,
    healthMs: 5_000,
  },
  fast: {
    travelMs: 40,
    reactionMs: 0,
    patienceMs: 20_000,
    deadlinesMs: { consent: 10_000, reading: 4_000, authorising: 5_000, binding: 5_000, presented: 2_500 },
    farewellMs: 0,
    captureMs: 6_000,
    stepMs: 4_000,
    travelLimitMs: 2_000,
    pollMs: 10,
    healthMs: 500,
  },
} as const;

/** The configuration that `emulate` writes: the same program and the same drivers, beside emulated hardware. */
export function virtualConfig(options: {
  readonly pace: Pace;
  readonly brokerUrl: string;
  readonly carrierKey: JWK;
  readonly emulator: string;
}): ConfigInput {
  const { deadlinesMs, farewellMs, captureMs, stepMs, travelLimitMs, pollMs, healthMs } = paces[options.pace];
  const at = (name: string): string => join(options.emulator, name);
  return {
    kiosk: 'virtual-1',
    stateDir: '.',
    camera: { driver: 'emulated', socket: at('camera.sock') },
    idReader: { driver: 'sam', port: at('id-reader'), pollMs, healthMs },
    gpio: { driver: 'emulated', socket: at('gpio.sock') },
    dispenser: { travelMs: travelLimitMs },
    cardIdentifier: { driver: 'scanner', port: at('card-scanner') },
    face: { captureMs, stepMs },
    batchFile: at('batch.txt'),
    broker: { url: options.brokerUrl },
    carrier: { publicKey: { kty: 'OKP', crv: 'X25519', x: options.carrierKey.x ?? '' } },
    deadlinesMs,
    farewellMs,
  };
}
