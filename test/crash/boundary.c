/*
 * Loaded before everything else (LD_PRELOAD, ld.so(8)), this kills its process at the n-th boundary: kill -9, by the
 * process itself, so that not one instruction more is carried out. Boundaries lie where the program meets the world:
 * in the middle of every commit, before and after it is flushed to the disk, and before and after every effect: a write
 * to the dispenser's lines, the network process or the screen. The program itself knows nothing of it.
 *
 *   KILL_AT=n      which boundary; 0 or absent: none
 *   KILL_WHEN=file counting begins when this file is there; absent: at once
 *   KILL_LOG=file  gets one line about it
 *   KILL_PID       set by itself: processes that this one starts are left alone
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static long kill_at;
static volatile long count;

__attribute__((constructor)) static void begin(void)
{
  const char *at = getenv("KILL_AT");
  char pid[32];
  if (!at || getenv("KILL_PID")) return;
  kill_at = atol(at);
  snprintf(pid, sizeof pid, "%d", getpid());
  setenv("KILL_PID", pid, 1);
}

static void boundary(const char *when, const char *what)
{
  char line[128];
  int log;
  const char *armed = getenv("KILL_WHEN");
  if (armed && access(armed, F_OK) != 0) return;
  if (__sync_add_and_fetch(&count, 1) != kill_at) return;
  log = open(getenv("KILL_LOG") ? getenv("KILL_LOG") : "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log >= 0) {
    int length = snprintf(line, sizeof line, "%ld %s %s\n", kill_at, when, what);
    if (syscall(SYS_write, log, line, length) < 0) abort();
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static const char *const SOCKETS[][2] = {
  { "/gpio.sock", "the dispenser's lines" },
  { "/link.sock", "a message" },
  { "/panel.sock", "the screen" },
};
static const char *const FILES[][2] = {
  { "/journal.db-shm", NULL }, /* an index of the log, made anew after a crash */
  { "/journal.db-wal", "the journal's log" },
  { "/journal.head", "the journal's last word" },
  { "/journal.db", "the journal" },
};

static const char *named(const char *const names[][2], int size, const char *path)
{
  for (int i = 0; i < size; i++)
    if (strstr(path, names[i][0])) return names[i][1];
  return NULL;
}

/* What a descriptor leads to; NULL: nothing that counts. */
static const char *meets(int fd)
{
  char link[64], path[256];
  struct stat about;
  ssize_t length;
  if (kill_at == 0 || fd <= 2 || fstat(fd, &about) != 0) return NULL;
  if (S_ISSOCK(about.st_mode)) {
    struct sockaddr_un own = { 0 }, peer = { 0 };
    socklen_t size = sizeof own - 1;
    const char *name;
    if (getsockname(fd, (struct sockaddr *)&own, &size) != 0 || own.sun_family != AF_UNIX) return NULL;
    if ((name = named(SOCKETS, 3, own.sun_path))) return name;
    size = sizeof peer - 1;
    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 ? named(SOCKETS, 3, peer.sun_path) : NULL;
  }
  if (!S_ISREG(about.st_mode)) return NULL;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return NULL;
  path[length] = 0;
  return named(FILES, 4, path);
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define AROUND(fd, type, call) \
  const char *what = meets(fd); \
  type result; \
  if (what) boundary("before", what); \
  result = call; \
  if (what) boundary("after", what); \
  return result

/* The level of a line is asked for all the time, which changes nothing. */
static int asks(const void *data, size_t size)
{
  static const char get[] = "\"type\":\"get\"";
  return memmem(data, size, get, sizeof get - 1) != NULL;
}

ssize_t write(int fd, const void *data, size_t size)
{
  REAL(write);
  if (kill_at == 0 || asks(data, size)) return real(fd, data, size);
  AROUND(fd, ssize_t, real(fd, data, size));
}

ssize_t writev(int fd, const struct iovec *parts, int number)
{
  REAL(writev);
  if (number > 0 && asks(parts[0].iov_base, parts[0].iov_len)) return real(fd, parts, number);
  AROUND(fd, ssize_t, real(fd, parts, number));
}

/* Of a commit's many writes the first is one in its middle: none of them counts before the flush at its end. */
static volatile int flushed = 1;

static int begins_commit(int fd)
{
  const char *what = meets(fd);
  return what && what == FILES[1][1] && __sync_lock_test_and_set(&flushed, 0);
}

static void wrote(int fd)
{
  const char *what = meets(fd);
  if (begins_commit(fd)) boundary("in", what);
  else if (what == FILES[2][1]) boundary("after", what);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
  REAL(pwrite);
  ssize_t result = real(fd, data, size, at);
  wrote(fd);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at)
{
  REAL(pwrite64);
  ssize_t result = real(fd, data, size, at);
  wrote(fd);
  return result;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
  REAL(sendmsg);
  AROUND(fd, ssize_t, real(fd, message, flags));
}

int fsync(int fd)
{
  REAL(fsync);
  flushed = 1;
  AROUND(fd, int, real(fd));
}

int fdatasync(int fd)
{
  REAL(fdatasync);
  flushed = 1;
  AROUND(fd, int, real(fd));
}
