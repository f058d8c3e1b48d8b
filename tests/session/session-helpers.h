/* session-helpers.h: what the tests of the session share. */
#pragma once

#include "ui/session/gbx-session.h"

/** session_test_init: g_test_init(), on a machine that has no data set but the built-in ones and
 * the small MNIST of session_test_install_mnist(). */
void session_test_init (int *argc, char ***argv);

/** session_test_install_mnist: The UCI digits, brought to 28×28, in MNIST's place. */
void session_test_install_mnist (void);
void session_test_remove_mnist (void);
char *session_test_mnist_folder (void);

/** session_test_folder: Returns: (transfer full): a new folder, removed at exit. */
char *session_test_folder (void);
void session_test_remove_tree (const char *path);

/** session_test_open: Returns: a session on @folder (nullable: a new one), its data there. */
GbxSession *session_test_open (const char *folder);

/** session_test_close: Closes it, which has to succeed, and frees it, which has to be the last. */
void session_test_close (GbxSession *session);

typedef gboolean (*SessionCondition) (GbxSession *session, gpointer data);

/** session_test_wait: Runs the main loop until @condition holds, which it will: no deadline but
 * the test's own, which grows with what the machine is burdened with. */
void session_test_wait (GbxSession *session, SessionCondition condition, gpointer data);
void session_test_wait_state (GbxSession *session, GbxSessionState state);

/* Conditions; @data is a number where there is one to compare with. */
gboolean session_test_has_points (GbxSession *session, gpointer data); /* of training loss */
gboolean session_test_has_runs (GbxSession *session, gpointer data);
gboolean session_test_has_validated (GbxSession *session, gpointer data); /* an epoch */
gboolean session_test_has_evaluation (GbxSession *session, gpointer data);
gboolean session_test_has_error (GbxSession *session, gpointer data);

/* A pace: a run's first batch is trained at once, and the next in a week. */
#define STILL 1.5e-6

/** session_test_make_endless: Whoever starts training now finds it under way for half an hour, at
 * least. */
void session_test_make_endless (GbxSession *session);

/** session_test_wait_quiet: … until nothing is scheduled any more: no timer, no idle source. */
void session_test_wait_quiet (void);

int session_test_get_int (GbxSession *session, const char *property);
double session_test_get_double (GbxSession *session, const char *property);
char *session_test_get_string (GbxSession *session, const char *property);

/** session_test_copy_weights: Returns: (transfer full): the current network's parameters. */
GBytes *session_test_copy_weights (GbxSession *session);

/** session_test_n_points: Returns: how many points the current run's training loss has. */
guint session_test_n_points (GbxSession *session);

guint session_test_n_runs (GbxSession *session);

/** session_test_set_dial: Of those that are whole numbers. */
void session_test_set_dial (GbxSession *session, const char *dial, int value);

void session_test_count_cb (guint *count);

/* Files of a folder. */

/** session_test_find_file: Returns: (transfer full) (nullable): the name of the first that fits. */
char *session_test_find_file (const char *folder, const char *prefix, const char *suffix);
guint session_test_count_files (const char *folder, const char *part);
void session_test_write_file (const char *folder, const char *name, const char *text,
                              gssize length);
char *session_test_read_file (const char *folder, const char *name, gsize *length);

/** session_test_make_kept_run: Returns: (transfer full): the folder of a session that was closed
 * with a run paused in the middle of the second epoch. */
char *session_test_make_kept_run (void);
