#include "system/thread.hpp"

#include <signal.h>

namespace ibkr {

int Thread::start(void* (*body)(void*), void* owner) {
  // A thread begins with the signals blocked that its maker has blocked.
  sigset_t all, before;
  sigfillset(&all);
  sigdelset(&all, SIGBUS);  // of what a thread does itself (FileMapping): blocked, it would end the process
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const int error = pthread_create(&thread_, nullptr, body, owner);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  there_ = error == 0;
  return error;
}

void Thread::join() {
  if (there_) pthread_join(thread_, nullptr);
  there_ = false;
}

bool Thread::try_join() {
  if (!there_) return true;
#if defined(__linux__)
  if (pthread_tryjoin_np(thread_, nullptr) != 0) return false;
#else
  pthread_join(thread_, nullptr);
#endif
  there_ = false;
  return true;
}

}  // namespace ibkr
