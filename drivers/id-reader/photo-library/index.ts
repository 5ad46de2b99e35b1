export { LibraryPhotoDecoder } from './decoder.js';
export type { LibraryOptions } from './process.js';
