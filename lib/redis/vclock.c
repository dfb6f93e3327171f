/*
 * A wall clock that the playground can stop and move, for one redis-server: load it with LD_PRELOAD.
 *
 *   LD_PRELOAD=dist/native/vclock-<hash>.so VCLOCK_FILE=<file> redis-server ...
 *
 * VCLOCK_FILE names a file of at least 16 bytes, two native-endian int64 in µs. Another process writes them, this one maps
 * them read-only, so a jump costs the writer one pwrite and Redis nothing:
 *
 *   bytes 0-7   frozen_us   0: the clock runs. Otherwise it stands still at this moment, in µs since the Unix epoch.
 *   bytes 8-15  offset_us   added to the real clock while it runs. May be negative.
 *
 * Each word is read atomically, the pair is not. So that no reader sees a moment that was never meant: to freeze, write
 * frozen_us; to thaw, write offset_us first and then frozen_us = 0.
 *
 * Only the wall clock moves: TTLs, TIME, stream ids, `expired` and MONITOR's time stamps all come from it. CLOCK_MONOTONIC,
 * by which Redis paces its event loop and measures latency, stays real; a frozen event loop would serve nobody.
 *
 * Without VCLOCK_FILE, or when it cannot be mapped, the real clock shows through. 64-bit Linux, glibc or musl.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED __attribute__((visibility("default")))

enum { FROZEN_US = 0, OFFSET_US = 1, WORDS = 2 };

typedef int (*clock_gettime_fn)(clockid_t, struct timespec *);

/* Set once by `begin`, read without a lock from any thread or signal handler. Null: not yet, or not wanted. */
static const int64_t *control;
static clock_gettime_fn libc_clock_gettime;

/*
 * The real clock. libc's own function answers from the vDSO in 20 ns. Before `begin` has found it (another library's
 * constructor may ask for the time earlier) the plain system call serves: looking it up here could allocate memory, and an
 * allocator that asks for the time while it starts would come back in here. That recursion is what stops libfaketime.
 */
static int real_clock(clockid_t clock, struct timespec *ts) {
  clock_gettime_fn fn = __atomic_load_n(&libc_clock_gettime, __ATOMIC_ACQUIRE);
  return fn ? fn(clock, ts) : (int)syscall(SYS_clock_gettime, clock, ts);
}

/* ts += s seconds and ns nanoseconds (either may be negative, |ns| < 10^9), carried so that 0 <= tv_nsec < 10^9. */
static void add(struct timespec *ts, int64_t s, int64_t ns) {
  ns += ts->tv_nsec;
  int64_t carry = (ns >= 1000000000) - (ns < 0);
  ts->tv_sec += s + carry;
  ts->tv_nsec = ns - carry * 1000000000;
}

/* The virtual wall clock. Nanoseconds of the real clock are kept while it runs, so that offset 0 changes nothing. */
static int wall_clock(clockid_t clock, struct timespec *ts) {
  const int64_t *words = __atomic_load_n(&control, __ATOMIC_ACQUIRE);
  int64_t frozen_us = words ? __atomic_load_n(&words[FROZEN_US], __ATOMIC_ACQUIRE) : 0;
  if (frozen_us) {
    ts->tv_sec = frozen_us / 1000000;
    ts->tv_nsec = frozen_us % 1000000 * 1000;
    return 0;
  }
  int failed = real_clock(clock, ts);
  if (failed || !words) return failed;
  int64_t offset_us = __atomic_load_n(&words[OFFSET_US], __ATOMIC_ACQUIRE);
  add(ts, offset_us / 1000000, offset_us % 1000000 * 1000);
  return 0;
}

/* The programs that parent-death.ts puts in front of redis-server. */
static int is_launcher(const char *program) { return !strcmp(program, "setpriv") || !strcmp(program, "sh"); }

/* Runs before main, while there is one thread: nothing here needs a lock, and nothing is left to initialise later. */
__attribute__((constructor)) static void begin(void) {
  clock_gettime_fn fn;
  *(void **)&fn = dlsym(RTLD_NEXT, "clock_gettime"); /* the cast that POSIX asks for; ISO C has none */
  __atomic_store_n(&libc_clock_gettime, fn, __ATOMIC_RELEASE);

  const char *file = getenv("VCLOCK_FILE");
  int fd = file ? open(file, O_RDONLY | O_CLOEXEC) : -1;
  if (fd >= 0) {
    struct stat st;
    size_t bytes = WORDS * sizeof(int64_t);
    /* A file that is too short would map, and then kill the server with SIGBUS at the first look. */
    if (fstat(fd, &st) == 0 && st.st_size >= (off_t)bytes) {
      void *page = mmap(NULL, bytes, PROT_READ, MAP_SHARED, fd, 0);
      if (page != MAP_FAILED) __atomic_store_n(&control, page, __ATOMIC_RELEASE);
    }
    close(fd);
  }

  /* What redis-server may start itself shall see the true time; but the launcher must pass this on. */
  if (is_launcher(program_invocation_short_name)) return;
  unsetenv("LD_PRELOAD");
  unsetenv("VCLOCK_FILE");
}

/* Redis' ustime() and mstime(): TTLs, expiry, Lua's TIME, stream ids, MONITOR, its log. */
EXPORTED int gettimeofday(struct timeval *restrict tv, void *restrict tz) {
  struct timespec ts;
  if (tz) *(struct timezone *)tz = (struct timezone){0, 0}; /* as glibc has answered since 2.31 */
  if (wall_clock(CLOCK_REALTIME, &ts)) return -1;
  tv->tv_sec = ts.tv_sec;
  tv->tv_usec = ts.tv_nsec / 1000;
  return 0;
}

/* Redis' cached seconds: LRU clock, LASTSAVE, idle time of clients, CLIENT LIST's age. */
EXPORTED time_t time(time_t *out) {
  struct timespec ts;
  time_t now = wall_clock(CLOCK_REALTIME, &ts) ? (time_t)-1 : ts.tv_sec;
  if (out) *out = now;
  return now;
}

/* Newer code reads the wall clock here. CLOCK_MONOTONIC and the clocks of CPU time pass through. */
EXPORTED int clock_gettime(clockid_t clock, struct timespec *ts) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE ? wall_clock(clock, ts) : real_clock(clock, ts);
}

#ifdef __GLIBC__
/*
 * jemalloc's background thread (on by default in Redis) computes its next wake-up from gettimeofday and waits for it on a
 * condition variable, whose clock is the kernel's. With our clock behind the real one, every such moment has long passed
 * and the thread spins on a whole core (seen). So wait for as long as our clock says is left. A deadline before 2001 is one
 * of CLOCK_MONOTONIC and none of ours.
 */
EXPORTED int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                                    const struct timespec *restrict deadline) {
  struct timespec now, until;
  if (deadline->tv_sec < 1000000000) return pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, deadline);
  if (wall_clock(CLOCK_REALTIME, &now) || real_clock(CLOCK_MONOTONIC, &until)) return EINVAL;
  add(&until, deadline->tv_sec - now.tv_sec, deadline->tv_nsec - now.tv_nsec);
  return pthread_cond_clockwait(cond, mutex, CLOCK_MONOTONIC, &until);
}
#endif
