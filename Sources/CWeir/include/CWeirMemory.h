// What glibc says in <malloc.h>, which is not in Swift's module of it.
#pragma once
#include <malloc.h>

// Gives the free pages of all of malloc's arenas back to the kernel.
static inline void cweir_give_back_free_memory(void) { malloc_trim(0); }
