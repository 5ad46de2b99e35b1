/** Where the outputs and their safe levels are written down for `systemd/safe-off`. */
export class SafeOffFile {
  constructor(readonly path: string) {}
}
