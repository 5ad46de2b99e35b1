export interface EngineOptions {
  readonly modelsDir: string;
  /** Which set of `models/manifest.json`; the default one when left out. */
  readonly set?: string | undefined;
}
