import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';
import koffi, { type TypeObject } from 'koffi';

const libc = koffi.load('libc.so.6');
const callIoctl = libc.func('int ioctl(int fd, unsigned long request, _Inout_ uint8_t *argument)') as (
  fd: number,
  request: number,
  argument: Uint8Array,
) => number;
const callFcntl = libc.func('int fcntl(int fd, int command, int argument)') as (
  fd: number,
  command: number,
  argument: number,
) => number;
const callRead = libc.func('intptr_t read(int fd, _Out_ uint8_t *bytes, size_t length)') as (
  fd: number,
  bytes: Uint8Array,
  length: number,
) => number;

/** fcntl.h of Linux, the same on x64 and arm64. */
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;

/** A system call that failed, with its error's name in `code` as Node's own have it. */
function failure(call: string): Error {
  const code = getSystemErrorName(-koffi.errno());
  return Object.assign(new Error(`${call}: ${code}`), { code });
}

/**
 * Hands the kernel one structure. @returns what the kernel made of it
 * @throws an error with the name of the system's in `code`
 */
export function ioctl(fd: number, request: number, type: TypeObject, value: object): unknown {
  const bytes = new Uint8Array(koffi.sizeof(type));
  koffi.encode(bytes, 0, type, value);
  if (callIoctl(fd, request, bytes) < 0) throw failure('ioctl');
  return koffi.decode(bytes, 0, type);
}

/** Reads of nothing return at once. */
export function setNonBlocking(fd: number): void {
  if (callFcntl(fd, F_SETFL, O_NONBLOCK) < 0) throw failure('fcntl');
}

/**
 * Reads from a non-blocking descriptor. (Node's own would make an error of every read of nothing, which takes longer than
 * all the rest of an edge.) @returns how many bytes; 0 when nothing waits
 */
export function readWaiting(fd: number, bytes: Uint8Array): number {
  const length = callRead(fd, bytes, bytes.length);
  if (length >= 0) return length;
  if (koffi.errno() === constants.errno.EAGAIN) return 0;
  throw failure('read');
}
