#pragma once
// Which kernels this process uses.
#include "kernels/integer.h"
#include "kernels/panels.h"
#include "kernels/tile.h"

namespace repotune {

/** Products with a frozen weight use `panels` or `integer` if set, everything else `tile`. */
struct Kernels {
  const char* name;
  /** nullptr: the plain reference. */
  const TileKernel* tile;
  const PanelKernel* panels;
  const IntegerKernel* integer;
};

/**
 * The named kernels ("f32": the best that do not round operands), or the best available for "auto", nullptr and names this machine cannot
 * run.
 */
Kernels choose_kernels(const char* name);

}  // namespace repotune
