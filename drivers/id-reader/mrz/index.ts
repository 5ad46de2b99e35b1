export { MrzIdReader, type MrzOptions } from './reader.js';
