# What `cmake --install` lays out for users: the tools, the runtime's library and headers, the CMake package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# LLVM's libraries are not on the loader's path in Debian.
set_target_properties(ingot ingot-opt PROPERTIES INSTALL_RPATH ${LLVM_LIBRARY_DIR})
install(TARGETS ingot ingot-opt RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/IngotConfig.cmake.in ${PROJECT_BINARY_DIR}/IngotConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Ingot
  PATH_VARS CMAKE_INSTALL_BINDIR CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_INCLUDEDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/IngotConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/IngotConfig.cmake ${PROJECT_BINARY_DIR}/IngotConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/Ingot)
# Runtimes of other architectures, where a cross compiler made some.
install(DIRECTORY ${CMAKE_ARCHIVE_OUTPUT_DIRECTORY}/aarch64 DESTINATION ${CMAKE_INSTALL_LIBDIR} OPTIONAL)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
