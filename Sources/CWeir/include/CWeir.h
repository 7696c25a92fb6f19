// Shims for what Swift's importer cannot see or Swift cannot say (macros, variadic functions, intrinsics,
// thread-local storage).
#pragma once
#include "CWeirChecksum.h"
#include "CWeirMemory.h"
#include "CWeirRandom.h"
