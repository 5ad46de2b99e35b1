import { Socket } from 'node:net';
import koffi from 'koffi';
import { FrameSplitter, lengthPrefixed } from '../../camera/frame-splitter.js';
import { calls, encodeReply, PICTURE_BYTES, SOCKET_FD, type Call, type Reply } from './protocol.js';

// The program of the child process: argv is library, symbol and call. It holds a photograph only during a call, and what
// goes wrong in the maker's library ends this process only.

type Unpack = (field: Uint8Array, picture: Uint8Array) => number;

// prctl(2)
const PR_SET_PDEATHSIG = 1;
const PR_SET_DUMPABLE = 4;
const SIGKILL = 9;

/** No core dump may hold a photograph, and a call that hangs must not outlive the service. */
function isolate(): void {
  const prctl = koffi.load('libc.so.6').func('int prctl(int option, unsigned long value)') as (
    option: number,
    value: number,
  ) => number;
  if (prctl(PR_SET_DUMPABLE, 0) !== 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) !== 0) throw new Error('prctl failed');
}

function load(library: string, symbol: string, call: Call): Unpack {
  const unpack = koffi.load(library).func(calls[call].replace('SYMBOL', symbol)) as (...values: unknown[]) => number;
  if (call === 'lengths')
    return (field, picture) => unpack(field, field.length, picture, Uint32Array.of(picture.length));
  return (field, picture) => unpack(field, picture, picture.length);
}

const socket = new Socket({ fd: SOCKET_FD });

function say(reply: Reply, then?: () => void): void {
  const frame = encodeReply(reply);
  const bytes = lengthPrefixed(frame);
  frame.fill(0);
  socket.write(bytes, () => {
    bytes.fill(0);
    then?.();
  });
}

function start([library = '', symbol = '', call = '']: readonly string[]): void {
  let unpack: Unpack;
  try {
    isolate();
    unpack = load(library, symbol, call as Call);
  } catch (error) {
    say({ type: 'not-loaded', why: error instanceof Error ? error.message : 'unknown' }, () => process.exit(1));
    return;
  }
  const fields = new FrameSplitter();
  socket.on('data', (chunk) => {
    for (const field of fields.push(chunk)) {
      const picture = new Uint8Array(PICTURE_BYTES);
      const status = unpack(field, picture);
      field.fill(0);
      say({ type: 'done', status, picture });
      picture.fill(0);
    }
  });
  say({ type: 'ready' });
}

socket.on('close', () => process.exit(0));
start(process.argv.slice(2));
