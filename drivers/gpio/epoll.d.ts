/** The part of npm `epoll` (the poller of `onoff`) that is used here; the package has no types of its own. */
declare module 'epoll' {
  /** Watches descriptors on a thread of its own, level-triggered, and calls back on the main thread (epoll(7)). */
  interface Epoll {
    add(fd: number, events: number): this;
    remove(fd: number): this;
  }
  const epoll: {
    readonly Epoll: {
      readonly EPOLLIN: number;
      new (callback: (error: Error | null, fd: number, events: number) => void): Epoll;
    };
  };
  export default epoll;
}
