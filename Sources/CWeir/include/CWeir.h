// Static inline shims for what Swift's importer cannot see (macros, variadic functions, intrinsics).
#pragma once
