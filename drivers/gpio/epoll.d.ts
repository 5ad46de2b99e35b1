/** The part of npm `epoll` (the poller of `onoff`) that is used here; the package has no types of its own. */
declare module 'epoll' {
  /** Watches descriptors on a thread of its own, level-triggered, and calls back on the main thread (epoll(7)). */
  class Epoll {
    static readonly EPOLLIN: number;
    constructor(callback: (error: Error | null, fd: number, events: number) => void);
    add(fd: number, events: number): this;
    remove(fd: number): this;
  }
  const epoll: { readonly Epoll: typeof Epoll };
  export default epoll;
}
