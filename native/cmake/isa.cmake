# Files named *_avx2.cc, *_avx512.cc, *_amx.cc, *_neon.cc get that instruction set's flags; other architectures leave them out
# of the compile by the `#if` that each such file starts with.
set(REPOTUNE_AVX2 -mavx2 -mfma -mf16c -mbmi2)
set(REPOTUNE_AVX512 ${REPOTUNE_AVX2} -mavx512f -mavx512bw -mavx512cd -mavx512dq -mavx512vl)
set(REPOTUNE_AMX ${REPOTUNE_AVX512} -mavx512vnni -mavx512bf16 -mamx-tile -mamx-bf16 -mamx-int8)

function(repotune_isa_flags)
  if(MSVC OR NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
    return()
  endif()
  foreach(source ${ARGN})
    foreach(isa AVX2 AVX512 AMX)
      string(TOLOWER ${isa} suffix)
      if(source MATCHES "_${suffix}\\.cc$")
        set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${REPOTUNE_${isa}}")
      endif()
    endforeach()
  endforeach()
endfunction()
