export { SamIdReader, type SamOptions } from './reader.js';
