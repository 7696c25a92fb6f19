// What Swift's importer cannot see of liburing and of a few Linux calls: macros with casts, flexible
// array members, atomics in macros, and GNU extensions. Nothing here decides anything.
#pragma once
// First, with the feature macros as Swift's own Glibc module has them: liburing.h asks for _GNU_SOURCE and
// _XOPEN_SOURCE, which would give fd_set and others a second, conflicting definition in this module.
#include <features.h>

#include <fcntl.h>
#include <liburing.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// GNU extensions, which the headers therefore hide.
extern int accept4(int, struct sockaddr *, socklen_t *, int);
extern int fallocate(int, int, off_t, off_t);
extern ssize_t preadv2(int, const struct iovec *, int, off_t, int);
extern int pthread_setname_np(pthread_t, const char *);
extern int sched_getaffinity(pid_t, size_t, cpu_set_t *);
extern int sched_setaffinity(pid_t, size_t, const cpu_set_t *);

// Fills one submission entry completely. `arguments` is the union of per-opcode flags.
static inline void weir_sqe_fill(struct io_uring_sqe *sqe, uint8_t opcode, uint8_t flags, uint16_t priority,
                                 int32_t descriptor, uint64_t offset, uint64_t address, uint32_t length,
                                 uint32_t arguments, uint16_t group, uint64_t token) {
  sqe->opcode = opcode;
  sqe->flags = flags;
  sqe->ioprio = priority;
  sqe->fd = descriptor;
  sqe->off = offset;
  sqe->addr = address;
  sqe->len = length;
  sqe->rw_flags = (int)arguments;
  sqe->user_data = token;
  sqe->buf_group = group;
  sqe->personality = 0;
  sqe->file_index = 0;
  sqe->addr3 = 0;
  sqe->__pad2[0] = 0;
}

// Completions that lie in the queue, and one of them (index counted from the oldest).
static inline unsigned weir_cq_ready(const struct io_uring *ring) { return io_uring_cq_ready(ring); }
static inline const struct io_uring_cqe *weir_cq_entry(const struct io_uring *ring, unsigned index) {
  return &ring->cq.cqes[(*ring->cq.khead + index) & ring->cq.ring_mask];
}
static inline int weir_cq_overflowed(const struct io_uring *ring) { return io_uring_cq_has_overflow(ring); }

// True while the kernel holds completions that only an enter with GETEVENTS brings out (DEFER_TASKRUN).
static inline int weir_taskrun_pending(const struct io_uring *ring) {
  return (IO_URING_READ_ONCE(*ring->sq.kflags) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

// One io_uring_enter: submits all, waits for `wanted` completions or until `nanoseconds` have passed.
// Returns 0 or more, or -errno (-ETIME when the time ran out).
static inline int weir_uring_wait(struct io_uring *ring, unsigned wanted, uint64_t nanoseconds) {
  struct io_uring_cqe *first = NULL;
  struct __kernel_timespec time = {
    .tv_sec = (long long)(nanoseconds / 1000000000u), .tv_nsec = (long long)(nanoseconds % 1000000000u)
  };
  return io_uring_submit_and_wait_timeout(ring, &first, wanted, &time, NULL);
}

// The kernel reads the queue of provided buffers, so its tail is stored with release.
static inline void weir_buffer_ring_push(struct io_uring_buf_ring *ring, void *base, unsigned length,
                                         unsigned short identifier, int mask) {
  io_uring_buf_ring_add(ring, base, length, identifier, mask, 0);
  io_uring_buf_ring_advance(ring, 1);
}

// A message of up to two parts. It must stay where it is until the send has completed.
struct weir_message {
  struct msghdr header;
  struct iovec parts[2];
  struct weir_message *next;
};
static inline void weir_message_set(struct weir_message *message, const void *first, size_t first_length,
                                    const void *second, size_t second_length) {
  memset(&message->header, 0, sizeof message->header);
  message->parts[0].iov_base = (void *)first;
  message->parts[0].iov_len = first_length;
  message->parts[1].iov_base = (void *)second;
  message->parts[1].iov_len = second_length;
  message->header.msg_iov = message->parts;
  message->header.msg_iovlen = 2;
}
// Drops `count` sent bytes from the front.
static inline void weir_message_advance(struct weir_message *message, size_t count) {
  for (int part = 0; part < 2; part++) {
    size_t step = count < message->parts[part].iov_len ? count : message->parts[part].iov_len;
    message->parts[part].iov_base = (char *)message->parts[part].iov_base + step;
    message->parts[part].iov_len -= step;
    count -= step;
  }
}

// A cpu_set_t is an array of words, one bit for each CPU; its macros are GNU extensions.
enum { weir_cpu_limit = 8 * sizeof(cpu_set_t), weir_word_bits = 8 * sizeof(unsigned long) };
static inline int weir_allowed_cpus(int *list, int capacity) {
  unsigned long words[weir_cpu_limit / weir_word_bits] = {0};
  if (sched_getaffinity(0, sizeof words, (cpu_set_t *)words) != 0) return -1;
  int count = 0;
  for (int cpu = 0; cpu < weir_cpu_limit && count < capacity; cpu++)
    if (words[cpu / weir_word_bits] >> (cpu % weir_word_bits) & 1) list[count++] = cpu;
  return count;
}
static inline int weir_pin_thread(int cpu) {
  unsigned long words[weir_cpu_limit / weir_word_bits] = {0};
  words[cpu / weir_word_bits] = 1UL << (cpu % weir_word_bits);
  return sched_setaffinity(0, sizeof words, (const cpu_set_t *)words);
}
static inline void weir_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

// `open` and `fallocate` are variadic or hidden behind feature macros; O_DIRECT is a macro of a macro.
static inline int weir_open(const char *path, int flags, unsigned mode) { return open(path, flags, (mode_t)mode); }
static inline int weir_fallocate(int fd, int mode, int64_t offset, int64_t length) {
  return fallocate(fd, mode, offset, length);
}
enum { weir_o_direct = __O_DIRECT };
static inline void *weir_map_pages(size_t length) {
  void *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return base == MAP_FAILED ? NULL : base;
}

// `epoll_event` carries a C union, which Swift can only read unsafely.
static inline int weir_epoll_add(int epoll, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data.fd = descriptor};
  return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}
static inline int weir_epoll_remove(int epoll, int descriptor) {
  struct epoll_event event = {0};
  return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &event);
}
static inline int weir_epoll_descriptor(const struct epoll_event *event) { return event->data.fd; }

// Socket calls with the flags that save an fcntl each.
static inline int weir_stream_socket(int family) {
  return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}
static inline int weir_bind(int fd, const struct sockaddr *address, socklen_t length) {
  return bind(fd, address, length);
}
static inline int weir_connect(int fd, const struct sockaddr *address, socklen_t length) {
  return connect(fd, address, length);
}
static inline int weir_accept(int fd, struct sockaddr *address, socklen_t *length) {
  return accept4(fd, address, length, SOCK_CLOEXEC);
}
static inline int weir_local_address(int fd, struct sockaddr *address, socklen_t *length) {
  return getsockname(fd, address, length);
}
static inline int weir_peer_address(int fd, struct sockaddr *address, socklen_t *length) {
  return getpeername(fd, address, length);
}
static inline int weir_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline int weir_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
static inline int weir_epoll_watch(int epoll, int descriptor) {
  return weir_epoll_add(epoll, descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

// Reads what the page cache holds; -1 with EAGAIN when a disk would have to be waited for.
static inline ssize_t weir_read_cached(int fd, void *base, size_t length, int64_t offset) {
  struct iovec part = {base, length};
  return preadv2(fd, &part, 1, offset, 8 /* RWF_NOWAIT */);
}
