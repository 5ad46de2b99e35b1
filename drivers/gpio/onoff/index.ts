import { EmulatedGpio } from '../emulated/index.js';

/** STUB */
export class OnoffGpio extends EmulatedGpio {
  constructor(options: Readonly<Record<string, unknown>> & { readonly name: string }) {
    super({ name: options.name, socket: '/nonexistent' });
  }
}
