#pragma once
// Which kernels this process uses.
#include "kernels/integer.h"
#include "kernels/panels.h"
#include "kernels/tile.h"

namespace repotune {

/** Products with a frozen weight by `panels` or `integer` where there are, everything else by `tile`. */
struct Kernels {
  const char* name;
  /** nullptr: the plain reference. */
  const TileKernel* tile;
  const PanelKernel* panels;
  const IntegerKernel* integer;
};

/** The named kernels ("f32": the best that round no operand), or the best there are for "auto", nullptr and names this machine cannot run.
 */
Kernels choose_kernels(const char* name);

}  // namespace repotune
