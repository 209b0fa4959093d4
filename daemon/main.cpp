#include "daemon/cli/commands.h"

int main(int argc, char** argv) {
  return measured::daemon::run_command_line(argc, argv);
}
