// A session's counters as the object that src/native/load.ts calls SessionStats.
#pragma once

#include <node_api.h>

#include "loop_session.hpp"

namespace ibkr::addon {

/// nullptr in a dying environment.
napi_value stats_of(napi_env env, LoopSession& session);

}  // namespace ibkr::addon
