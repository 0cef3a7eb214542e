# shellcheck shell=bash disable=SC2086,SC2154 # from cluster.sh, without blanks
# Sourced by cluster.sh: Son of Grid Engine. Its parallel environments: mpislots fills a host, then the
# next; mpispread gives each host a slot in turn; mpinodes gives each host one; smp stays on one host.
# With -notify, the end comes 6 s after its announcement.

packages() {
  # A mail program without a daemon, in place of the one that would come with the packages; and no
  # cell from them.
  echo "gridengine-common shared/gridengineconfig boolean false" | debconf-set-selections
  [[ -e /usr/sbin/sendmail ]] || install dma
  install gridengine-common gridengine-master gridengine-exec gridengine-client
  # A cell that the machine itself may have is not ours.
  local folder
  for folder in /var/lib/gridengine/default /var/spool/gridengine; do
    mkdir -p $folder
    mount -t tmpfs -o mode=755 tmpfs $folder
  done
}

start_scheduler() {
  local root=/var/lib/gridengine share=/usr/share/gridengine node
  local cell=$root/default/common spool=/var/spool/gridengine
  mkdir -p $cell $spool/qmaster/job_scripts $spool/spooldb $spool/execd
  cp $share/default-bootstrap $cell/bootstrap
  echo head >$cell/act_qmaster
  printf 'SGE_ROOT=%s; export SGE_ROOT\nSGE_CELL=default; export SGE_CELL\n' $root >$cell/settings.sh
  sed -e 's/^min_uid .*/min_uid 0/; s/^min_gid .*/min_gid 0/' \
    -e 's/^reporting_params .*/reporting_params accounting=true reporting=false flush_time=00:00:01 accounting_flush_time=00:00:00 joblog=false sharelog=00:00:00/' \
    -e 's/^load_report_time .*/load_report_time 00:00:10/' \
    -e 's/^execd_params .*/execd_params ENABLE_ADDGRP_KILL=TRUE/' \
    $share/default-configuration >$spool/configuration
  cp -r $share/util/resources/centry $share/util/resources/usersets $spool
  sed -i 's/^consumable .*/consumable YES/; s/^requestable .*/requestable YES/' $spool/centry/h_vmem
  chown -R sgeadmin:sgeadmin $root/default $spool
  log cell nsenter -t "$(holder_of head)" -m -u -i -n -p setpriv --reuid sgeadmin --regid sgeadmin --init-groups \
    env SGE_ROOT=$root SGE_CELL=default sh -ec "
      cd /usr/lib/gridengine
      ./spoolinit berkeleydb libspoolb $spool/spooldb init
      ./spooldefaults configuration $spool/configuration
      ./spooldefaults complexes $spool/centry
      ./spooldefaults usersets $spool/usersets
      ./spooldefaults managers root sgeadmin"
  log qmaster as_root head /usr/sbin/sge_qmaster
  within 30 "sge_qmaster" as_root head qconf -sm

  configure -as head
  for node in $(node_names); do
    configure -ah "$node"
    configure -as "$node"
  done
  # shellcheck disable=SC2016 # Grid Engine's own words
  { parallel mpislots '$fill_up' && parallel mpispread '$round_robin' && parallel mpinodes 1 && parallel smp '$pe_slots'; }
  for node in $(node_names); do log "execd.$node" as_root "$node" /usr/sbin/sge_execd; done
  within 30 "the execution hosts" registered
  printf 'group_name @allhosts\nhostlist %s\n' "$(node_names | tr '\n' ' ')" >$cluster/hostgroup
  configure -Ahgrp $cluster/hostgroup
  as_root head qconf -sq 2>/dev/null | sed -e 's/^qname .*/qname all.q/; s/^hostlist .*/hostlist @allhosts/' \
    -e 's/^load_thresholds .*/load_thresholds NONE/; s/^pe_list .*/pe_list mpislots mpispread mpinodes smp/' \
    -e "s/^slots .*/slots $slots/; s/^notify .*/notify 0:0:6/; s/^rerun .*/rerun FALSE/" >$cluster/queue
  configure -Aq $cluster/queue
  as_root head qconf -ssconf | sed -e 's/^schedule_interval .*/schedule_interval 0:0:1/' \
    -e 's/^flush_submit_sec .*/flush_submit_sec 1/; s/^flush_finish_sec .*/flush_finish_sec 1/' \
    -e 's/^job_load_adjustments .*/job_load_adjustments NONE/; s/^queue_sort_method .*/queue_sort_method seqno/' \
    -e 's/^load_formula .*/load_formula slots/; s/^default_duration .*/default_duration 1:00:00/' >$cluster/scheduler
  configure -Msconf $cluster/scheduler
  within 60 "the queue" queue_is_open
}

as_root() { (on "$1" root "${@:2}"); }

# qconf has its own view of failure: sometimes only the words tell.
configure() {
  local said
  said=$(as_root head qconf "$@" 2>&1) || give_up "qconf $*: $said"
  case $said in *denied* | *rror* | *nvalid*) give_up "qconf $*: $said" ;; esac
}

parallel() {
  printf '%s\n' "pe_name $1" 'slots 9999' 'user_lists NONE' 'xuser_lists NONE' 'start_proc_args NONE' \
    'stop_proc_args NONE' "allocation_rule $2" 'control_slaves TRUE' 'job_is_first_task FALSE' \
    'urgency_slots min' 'accounting_summary FALSE' 'qsort_args NONE' >"$cluster/pe.$1"
  configure -Ap "$cluster/pe.$1"
}

registered() { (($(as_root head qconf -sel | wc -l) == nodes)); }
queue_is_open() {
  local said
  said=$(as_root head qstat -f) && (($(grep -c '^all.q@' <<<"$said") == nodes)) &&
    ! grep -E '^all.q@.*[[:space:]][auE]+[[:space:]]*$' <<<"$said"
}
