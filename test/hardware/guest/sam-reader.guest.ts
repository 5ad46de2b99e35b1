import t from 'tap';
import { idReaderContract } from '../../contract/id-reader.js';
import { samBench } from '../../drivers/id-reader/sam/bench.js';
import { usbCable } from './uart.js';

idReaderContract(t, 'A SAM reader on a USB serial adapter', () => samBench({ cable: usbCable, healthMs: 500 }));
