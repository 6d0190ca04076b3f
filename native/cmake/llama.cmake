# llama_prebuilt: the libllama and ggml of the installed platform package, with the headers of the same release.
#
# REPOTUNE_LIBRARIES  folder of the shared libraries (default: the platform package in node_modules)
# LLAMA_HEADERS       llama.cpp source tree (default: cloned by setup from node-llama-cpp's git bundle)

set(REPOTUNE_MODULES ${CMAKE_CURRENT_SOURCE_DIR}/../node_modules)
if(APPLE AND CMAKE_SYSTEM_PROCESSOR MATCHES "arm64")
  set(REPOTUNE_PLATFORM mac-arm64-metal)
elseif(APPLE)
  set(REPOTUNE_PLATFORM mac-x64)
elseif(WIN32)
  message(FATAL_ERROR "The prebuilt Windows libraries come without import libraries: build llama.cpp from node-llama-cpp's bundle and pass -DREPOTUNE_LIBRARIES.")
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(REPOTUNE_PLATFORM linux-arm64)
else()
  set(REPOTUNE_PLATFORM linux-x64)
endif()

set(REPOTUNE_PACKAGE @node-llama-cpp/${REPOTUNE_PLATFORM}/bins/${REPOTUNE_PLATFORM})
get_filename_component(default_libraries ${REPOTUNE_MODULES}/${REPOTUNE_PACKAGE} ABSOLUTE)
set(REPOTUNE_LIBRARIES ${default_libraries} CACHE PATH "Folder of libllama and libggml")
set(LLAMA_HEADERS ${CMAKE_BINARY_DIR}/llama.cpp CACHE PATH "llama.cpp source of the same release")
if(NOT EXISTS ${LLAMA_HEADERS}/include/llama.h)
  message(FATAL_ERROR "No llama.h under ${LLAMA_HEADERS}: run `node script/setup.mjs`.")
endif()

# The file names carry the release (libllama.v0.4.0.so), so they are looked for by pattern.
function(repotune_find_library name result)
  file(GLOB found ${REPOTUNE_LIBRARIES}/lib${name}.v*${CMAKE_SHARED_LIBRARY_SUFFIX} ${REPOTUNE_LIBRARIES}/lib${name}${CMAKE_SHARED_LIBRARY_SUFFIX})
  list(LENGTH found count)
  if(count EQUAL 0)
    message(FATAL_ERROR "No lib${name} in ${REPOTUNE_LIBRARIES}: run `npm ci`.")
  endif()
  list(GET found 0 first)
  set(${result} ${first} PARENT_SCOPE)
endfunction()

repotune_find_library(llama llama_library)
repotune_find_library(ggml ggml_library)
repotune_find_library(ggml-base ggml_base_library)

add_library(llama_prebuilt INTERFACE)
target_include_directories(llama_prebuilt SYSTEM INTERFACE ${LLAMA_HEADERS}/include ${LLAMA_HEADERS}/ggml/include)
target_link_libraries(llama_prebuilt INTERFACE ${llama_library} ${ggml_library} ${ggml_base_library} ${CMAKE_DL_LIBS})

# Beside the addon when packaged, in node_modules in a checkout (the addon lies in native/build/Release).
if(APPLE)
  set(REPOTUNE_RPATH "@loader_path;@loader_path/../../../node_modules/${REPOTUNE_PACKAGE}")
else()
  set(REPOTUNE_RPATH "$ORIGIN;$ORIGIN/../../../node_modules/${REPOTUNE_PACKAGE}")
endif()
