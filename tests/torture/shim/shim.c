/*
 * A layer between a program and the disk, put there by LD_PRELOAD. It watches the files below one
 * folder and can do what disks do: forget what was not synced, fail a call, be full.
 *
 * It never asks the real disk to sync. Instead each change is first noted in a log, with what was
 * there before and what is there now, and each sync is noted too. When the program has been
 * killed, its files hold everything it wrote, as the cache of the system does; whoever reads the
 * log can take back what had not been synced. The log lies outside of the folder.
 *
 *   SHIM_FOLDER       the folder, absolute and without links
 *   SHIM_LOG          the log; a file of this name with .reached behind it says that the planned
 *                     fault has happened
 *   SHIM_SYNC_MICROS  how long a sync takes
 *   SHIM_FAIL         KIND:N:FAULT fails the Nth call of a kind once; KIND is sync, write or
 *                     rename, FAULT a number of errno, "short" for half a write, or "hang" for
 *                     a call that never returns
 *   SHIM_LIE          a sync says that it went well, and is not noted
 *   SHIM_FULL         while this file exists there is no room: every write fails with ENOSPC
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_FILES 4096
#define MAGIC 0x4d494853u
#define SHORT (-1)
#define HANG (-2)

/* What a record of the log says. Behind it follow the path, what was there, and what is there. */
struct record {
    uint32_t magic;
    uint32_t kind;      /* W write, T truncate, S sync, X failed sync, C create, U unlink, R rename,
                           D sync of a folder, F the planned fault */
    uint64_t offset;    /* W: where; T: the new size */
    uint64_t old_size;  /* of the file, before */
    uint64_t path_bytes;
    uint64_t before_bytes;
    uint64_t after_bytes;
};

enum kind { KIND_NONE, KIND_SYNC, KIND_WRITE, KIND_RENAME };

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static char folder[PATH_MAX], full[PATH_MAX], reached[PATH_MAX];
static size_t folder_bytes;
static int log_file = -1, lies, fault;
static unsigned sync_micros;
static enum kind failing;
static uint64_t fail_at, calls[4];
static char *paths[MAX_FILES];
static char folders[MAX_FILES];

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

static void copy(char *to, const char *from) {
    snprintf(to, PATH_MAX, "%s", from ? from : "");
}

static void plan(const char *text) {
    char kind[16], how[16];
    unsigned long long number;
    if (!text || sscanf(text, "%15[a-z]:%llu:%15s", kind, &number, how) != 3) return;
    failing = !strcmp(kind, "sync") ? KIND_SYNC : !strcmp(kind, "write") ? KIND_WRITE : KIND_RENAME;
    fail_at = number;
    fault = !strcmp(how, "short") ? SHORT : !strcmp(how, "hang") ? HANG : atoi(how);
}

static void begin(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_openat = dlsym(RTLD_NEXT, "openat64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    const char *name = getenv("SHIM_LOG"), *micros = getenv("SHIM_SYNC_MICROS");
    if (!name || !getenv("SHIM_FOLDER")) return;
    copy(folder, getenv("SHIM_FOLDER"));
    copy(full, getenv("SHIM_FULL"));
    snprintf(reached, sizeof reached, "%s.reached", name);
    lies = getenv("SHIM_LIE") != NULL;
    sync_micros = micros ? (unsigned)atoi(micros) : 0;
    plan(getenv("SHIM_FAIL"));
    log_file = real_open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (log_file < 0) abort();
    folder_bytes = strlen(folder);
}

static void enter(void) {
    pthread_once(&once, begin);
    pthread_mutex_lock(&turn);
}

static void leave(void) {
    int kept = errno;
    pthread_mutex_unlock(&turn);
    errno = kept;
}

static int is_watched(const char *path) {
    return folder_bytes && path && !strncmp(path, folder, folder_bytes) &&
           (path[folder_bytes] == '/' || path[folder_bytes] == 0);
}

static const char *path_of(int file) {
    return file >= 0 && file < MAX_FILES ? paths[file] : NULL;
}

static int is_index(const char *path) {
    size_t bytes = strlen(path);
    return bytes > 4 && !strcmp(path + bytes - 4, "-shm");
}

/* One record, by one call; the change itself comes after it. */
static void note(char kind, const char *path, struct record head, const void *before,
                 const void *after) {
    head.magic = MAGIC;
    head.kind = (unsigned char)kind;
    head.path_bytes = strlen(path);
    size_t whole = sizeof head + head.path_bytes + head.before_bytes + head.after_bytes;
    char *text = malloc(whole), *at = text;
    if (!text) abort();
    at = mempcpy(at, &head, sizeof head);
    at = mempcpy(at, path, head.path_bytes);
    if (head.before_bytes) at = mempcpy(at, before, head.before_bytes);
    if (head.after_bytes) memcpy(at, after, head.after_bytes);
    if (real_write(log_file, text, whole) != (ssize_t)whole) abort();
    free(text);
}

static void note_name(char kind, const char *path) {
    note(kind, path, (struct record){0}, NULL, NULL);
}

/* What a file holds at a place; the caller frees it. */
static char *held(int file, uint64_t offset, uint64_t wanted, uint64_t *bytes) {
    char *text = malloc(wanted ? wanted : 1);
    if (!text) abort();
    *bytes = 0;
    while (*bytes < wanted) {
        ssize_t got = real_pread(file, text + *bytes, wanted - *bytes, (off64_t)(offset + *bytes));
        if (got <= 0) break;
        *bytes += (uint64_t)got;
    }
    return text;
}

static uint64_t size_of(int file) {
    struct stat told;
    return fstat(file, &told) == 0 ? (uint64_t)told.st_size : 0;
}

/* Whether this call of that kind is the one to fail. */
static int fails(enum kind kind, const char *path) {
    calls[kind]++;
    if (failing != kind || calls[kind] != fail_at) return 0;
    note_name('F', path);
    real_close(real_open(reached, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (fault == HANG) pause();
    return fault;
}

static int has_room(void) {
    return !full[0] || access(full, F_OK) != 0;
}

static void opened(int file, const char *path, int existed) {
    struct stat told;
    if (file < 0 || file >= MAX_FILES || !is_watched(path)) return;
    free(paths[file]);
    paths[file] = strdup(path);
    folders[file] = fstat(file, &told) == 0 && S_ISDIR(told.st_mode);
    if (!existed && !folders[file]) note_name('C', path);
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
    enter();
    int watched = is_watched(path), existed = 1;
    if (watched && (flags & O_CREAT)) existed = access(path, F_OK) == 0;
    int file = -1;
    if (!existed && !has_room())
        errno = ENOSPC;
    else
        file = at == AT_FDCWD ? real_open(path, flags, mode) : real_openat(at, path, flags, mode);
    if (watched) opened(file, path, existed);
    leave();
    return file;
}

#define MODE                                                                                       \
    mode_t mode = 0;                                                                               \
    if (flags & (O_CREAT | O_TMPFILE)) {                                                           \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        mode = va_arg(more, mode_t);                                                               \
        va_end(more);                                                                              \
    }

int open(const char *path, int flags, ...) { MODE return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) {
    MODE return open_any(at, path, flags, mode);
}

int close(int file) {
    enter();
    if (path_of(file)) {
        free(paths[file]);
        paths[file] = NULL;
    }
    int outcome = real_close(file);
    leave();
    return outcome;
}

/* One write to a watched file, at a place. */
static ssize_t put(int file, const void *text, size_t bytes, off64_t offset) {
    const char *path = path_of(file);
    int planned = fails(KIND_WRITE, path);
    if (!has_room()) planned = ENOSPC;
    if (planned > 0) {
        errno = planned;
        return -1;
    }
    if (planned == SHORT) bytes = bytes > 1 ? bytes / 2 : bytes;
    struct record head = {.offset = (uint64_t)offset, .old_size = size_of(file)};
    char *before = held(file, (uint64_t)offset, bytes, &head.before_bytes);
    head.after_bytes = bytes;
    note('W', path, head, before, text);
    free(before);
    return real_pwrite(file, text, bytes, offset);
}

ssize_t pwrite64(int file, const void *text, size_t bytes, off64_t offset) {
    enter();
    ssize_t put_bytes = path_of(file) ? put(file, text, bytes, offset)
                                      : real_pwrite(file, text, bytes, offset);
    leave();
    return put_bytes;
}

ssize_t pwrite(int file, const void *text, size_t bytes, off_t offset) {
    return pwrite64(file, text, bytes, offset);
}

ssize_t write(int file, const void *text, size_t bytes) {
    pthread_once(&once, begin);
    if (!path_of(file)) return real_write(file, text, bytes);
    enter();
    int flags = fcntl(file, F_GETFL);
    off64_t place = flags & O_APPEND ? (off64_t)size_of(file) : lseek64(file, 0, SEEK_CUR);
    ssize_t put_bytes = put(file, text, bytes, place);
    if (put_bytes > 0) lseek64(file, place + put_bytes, SEEK_SET);
    leave();
    return put_bytes;
}

int ftruncate64(int file, off64_t size) {
    enter();
    const char *path = path_of(file);
    if (path) {
        struct record head = {.offset = (uint64_t)size, .old_size = size_of(file)};
        uint64_t cut = head.old_size > head.offset ? head.old_size - head.offset : 0;
        char *before = held(file, head.offset, cut, &head.before_bytes);
        note('T', path, head, before, NULL);
        free(before);
    }
    int outcome = real_ftruncate(file, size);
    leave();
    return outcome;
}

int ftruncate(int file, off_t size) { return ftruncate64(file, size); }

static int sync_any(int file, int (*real)(int)) {
    const char *path = path_of(file);
    if (!path) return real(file);
    int planned = fails(KIND_SYNC, path);
    if (planned) {
        note_name('X', path);
        errno = planned > 0 ? planned : EIO;
        return -1;
    }
    if (sync_micros) usleep(sync_micros);
    if (!lies) note_name(folders[file] ? 'D' : 'S', path);
    return 0;
}

int fsync(int file) {
    enter();
    int outcome = sync_any(file, real_fsync);
    leave();
    return outcome;
}

int fdatasync(int file) {
    enter();
    int outcome = sync_any(file, real_fdatasync);
    leave();
    return outcome;
}

/* The whole of a file that is about to lose its name. Opening it anew and closing it would give
 * back the locks of this process on it, so only files are asked for that are never locked. */
static char *whole(const char *path, uint64_t *bytes) {
    *bytes = 0;
    int file = is_index(path) ? -1 : real_open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    char *text = held(file, 0, size_of(file), bytes);
    real_close(file);
    return text;
}

int rename(const char *from, const char *to) {
    enter();
    if (is_watched(to)) {
        int planned = fails(KIND_RENAME, to);
        if (planned) {
            errno = planned > 0 ? planned : EIO;
            leave();
            return -1;
        }
        struct record head = {.old_size = access(to, F_OK) == 0};
        char *before = whole(to, &head.before_bytes);
        head.after_bytes = strlen(from);
        note('R', to, head, before, from);
        free(before);
    }
    int outcome = real_rename(from, to);
    leave();
    return outcome;
}

int unlink(const char *path) {
    enter();
    if (is_watched(path) && access(path, F_OK) == 0) {
        struct record head = {0};
        char *before = whole(path, &head.before_bytes);
        note('U', path, head, before, NULL);
        free(before);
    }
    int outcome = real_unlink(path);
    leave();
    return outcome;
}
