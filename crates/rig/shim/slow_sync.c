/* Makes each sync of this process last at least SLOW_SYNC_MICROS, as on a slower disk.
   Preloaded by measurements; never part of the product. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void rest_of(const struct timespec *start) {
    static long micros = -1;
    if (micros < 0) {
        const char *text = getenv("SLOW_SYNC_MICROS");
        micros = text ? atol(text) : 0;
    }
    struct timespec end = *start;
    end.tv_sec += micros / 1000000;
    end.tv_nsec += (micros % 1000000) * 1000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_sec += 1;
        end.tv_nsec -= 1000000000;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR) {
    }
}

static int slowly(const char *name, int file) {
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(file);
    int kept = errno;
    rest_of(&start);
    errno = kept;
    return result;
}

int fsync(int file) { return slowly("fsync", file); }
int fdatasync(int file) { return slowly("fdatasync", file); }
