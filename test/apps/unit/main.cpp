#include "catch/session.hpp"

int main(int argc, char** argv) { return farm_test::run_session(argc, argv); }
