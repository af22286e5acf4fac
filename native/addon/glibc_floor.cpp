// What keeps the addon loadable by older C libraries than the one it was built on: a program that links
// against a glibc gets the newest version of each of its functions, also where an older one is the same. Only
// for glibc on x86-64 and arm64; CMakeLists.txt has the other half, `--wrap`.
#include <pthread.h>
#include <signal.h>

#if defined(__x86_64__)
#define IBKR_BASE "GLIBC_2.2.5"
#define IBKR_TRYJOIN "GLIBC_2.3.3"
#elif defined(__aarch64__)
#define IBKR_BASE "GLIBC_2.17"
#define IBKR_TRYJOIN "GLIBC_2.17"
#else
#error "glibc_floor.cpp knows x86-64 and arm64 only: leave it out"
#endif

// In glibc 2.32 and 2.34 libpthread became part of libc, and what was in it got a new version without another
// meaning. The old one is there in either: in libpthread, which Node is linked with where there is one, or in
// libc.
__asm__(".symver ibkr_old_create, pthread_create@" IBKR_BASE);
__asm__(".symver ibkr_old_join, pthread_join@" IBKR_BASE);
__asm__(".symver ibkr_old_tryjoin, pthread_tryjoin_np@" IBKR_TRYJOIN);
__asm__(".symver ibkr_old_once, pthread_once@" IBKR_BASE);
__asm__(".symver ibkr_old_sigmask, pthread_sigmask@" IBKR_BASE);
__asm__(".symver ibkr_old_key_create, __pthread_key_create@" IBKR_BASE);

// The names with two underscores are those that the linker and the library look for.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

int ibkr_old_create(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
int ibkr_old_join(pthread_t, void**);
int ibkr_old_tryjoin(pthread_t, void**);
int ibkr_old_once(pthread_once_t*, void (*)());
int ibkr_old_sigmask(int, const sigset_t*, sigset_t*);
int ibkr_old_key_create(pthread_key_t*, void (*)(void*));

int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* with, void* (*body)(void*),
                          void* argument) {
  return ibkr_old_create(thread, with, body, argument);
}
int __wrap_pthread_join(pthread_t thread, void** result) { return ibkr_old_join(thread, result); }
int __wrap_pthread_tryjoin_np(pthread_t thread, void** result) { return ibkr_old_tryjoin(thread, result); }
int __wrap_pthread_once(pthread_once_t* once, void (*body)()) { return ibkr_old_once(once, body); }
int __wrap_pthread_sigmask(int how, const sigset_t* set, sigset_t* before) {
  return ibkr_old_sigmask(how, set, before);
}
int __wrap___pthread_key_create(pthread_key_t* key, void (*destroy)(void*)) {
  return ibkr_old_key_create(key, destroy);
}

/// Since 2.32: whether the process has one thread, so that counters need not be atomic. Node has several.
__attribute__((visibility("hidden"))) char __libc_single_threaded = 0;

/// Since 2.35: what the unwinder of exceptions asks where the code of a frame is described. None is caught
/// here, and one that is thrown all the same (memory is exhausted) ends the process with or without the
/// answer "not found".
__attribute__((visibility("hidden"))) int _dl_find_object(void*, void*) { return -1; }

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
