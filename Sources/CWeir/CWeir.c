#include "CWeir.h"
