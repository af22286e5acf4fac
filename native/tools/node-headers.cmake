# Finds the headers the addon needs and sets IBKR_NODE_INCLUDES: node_api.h (cmake-js gives node-api-headers),
# napi.h (node-addon-api) and uv.h, which is in neither package: it comes with the Node at hand.
set(IBKR_NODE_INCLUDES ${CMAKE_JS_INC} ${IBKR_HEADERS})

find_program(IBKR_NODE NAMES node nodejs REQUIRED)
if(NOT IBKR_HEADERS)
  execute_process(COMMAND ${IBKR_NODE} -p "require('node-addon-api').include_dir"
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} OUTPUT_VARIABLE IBKR_ADDON_API OUTPUT_STRIP_TRAILING_WHITESPACE
    RESULT_VARIABLE IBKR_FAILED)
  if(IBKR_FAILED)
    message(FATAL_ERROR "node-addon-api is not installed: run `npm ci` first")
  endif()
  get_filename_component(IBKR_ADDON_API "${IBKR_ADDON_API}" ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
  list(APPEND IBKR_NODE_INCLUDES ${IBKR_ADDON_API})
endif()

execute_process(COMMAND ${IBKR_NODE} -p "require('path').resolve(process.execPath, '../../include/node')"
  OUTPUT_VARIABLE IBKR_BESIDE_NODE OUTPUT_STRIP_TRAILING_WHITESPACE)
find_path(IBKR_UV NAMES uv.h NO_DEFAULT_PATH PATHS
  ${IBKR_UV_DIR} $ENV{npm_config_nodedir}/include/node ${IBKR_BESIDE_NODE} /usr/include/node /usr/include
  /usr/local/include/node /usr/local/include /opt/homebrew/include)
if(NOT IBKR_UV)
  message(FATAL_ERROR
    "uv.h was not found beside Node (${IBKR_BESIDE_NODE}), in /usr/include/node or /usr/include. "
    "Install Node's headers (Debian: libnode-dev or libuv1-dev) or name their folder with IBKR_UV_DIR.")
endif()
list(APPEND IBKR_NODE_INCLUDES ${IBKR_UV})
