# The job scripts of an installed farm, which know where it is: for cmake -P, or included by an install.
#
#   SOURCE   the folder with the scripts
#   SHARE    what is FARM_HOME for them: they go into its folder jobscripts
#   BIN      the folder with farm_app
get_filename_component(SHARE "${SHARE}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
get_filename_component(BIN "${BIN}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
foreach(name sge sge-smp sge-interactive slurm pbs lsf ssh-hosts)
  file(READ ${SOURCE}/${name}.sh script)
  string(REGEX REPLACE "\\\${FARM_HOME:-[^}]*}/build/release" "${BIN}" script "${script}")
  string(REGEX REPLACE "farm=\\\${FARM_HOME:-[^\n#]*}( #[^\n]*)?\n" "farm=\${FARM_HOME:-${SHARE}}\n" script "${script}")
  string(REGEX REPLACE " Called in the folder of the farm, or with FARM_HOME for where that is" " Copy and edit it" script "${script}")
  string(REPLACE " jobscripts/" " ${SHARE}/jobscripts/" script "${script}")
  file(WRITE $ENV{DESTDIR}${SHARE}/jobscripts/${name}.sh "${script}")
  file(CHMOD $ENV{DESTDIR}${SHARE}/jobscripts/${name}.sh PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endforeach()
file(COPY ${SOURCE}/common.sh ${SOURCE}/farmrun DESTINATION $ENV{DESTDIR}${SHARE}/jobscripts)
