-- Made by ./manage docs from the migrations; do not edit.

CREATE TABLE account (
	id INTEGER NOT NULL, 
	sign_in_name VARCHAR(80) NOT NULL, 
	display_name VARCHAR(80) NOT NULL, 
	person_id INTEGER, 
	password_hash TEXT NOT NULL, 
	must_change_password BOOLEAN NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	session_epoch INTEGER NOT NULL, 
	created_at DATETIME NOT NULL,
	CONSTRAINT fk_account_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_account PRIMARY KEY (id),
	CONSTRAINT uq_account_person_id UNIQUE (person_id),
	CONSTRAINT uq_account_sign_in_name UNIQUE (sign_in_name)
);

CREATE TABLE appointment (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	post VARCHAR(120) NOT NULL, 
	leadership_rank VARCHAR(30), 
	grade VARCHAR(30), 
	tenure_type VARCHAR(12) NOT NULL, 
	is_leadership_member BOOLEAN NOT NULL, 
	is_principal BOOLEAN NOT NULL, 
	is_primary BOOLEAN NOT NULL, 
	appointed_on DATE, 
	appointed_precision VARCHAR(8) NOT NULL, 
	left_on DATE,
	CONSTRAINT ck_appointment_appointed_precision_is_known CHECK (appointed_precision IN ('day', 'month')),
	CONSTRAINT ck_appointment_leadership_rank_is_known CHECK (leadership_rank IS NULL OR leadership_rank IN ('national_principal', 'national_deputy', 'province_principal', 'province_deputy', 'bureau_principal', 'bureau_deputy', 'county_principal', 'county_deputy', 'township_principal', 'township_deputy')),
	CONSTRAINT ck_appointment_left_after_appointed CHECK (left_on IS NULL OR left_on >= appointed_on),
	CONSTRAINT ck_appointment_tenure_type_is_known CHECK (tenure_type IN ('full_time', 'secondment', 'part_time')),
	CONSTRAINT fk_appointment_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_appointment_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_appointment PRIMARY KEY (id)
);

CREATE INDEX ix_appointment_organisation_person ON appointment (organisation_id, person_id);

CREATE INDEX ix_appointment_person_id ON appointment (person_id);

CREATE TABLE "attempt" (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	seed VARCHAR(32) NOT NULL, 
	started_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	state VARCHAR(12) NOT NULL, 
	ended_at DATETIME, 
	place VARCHAR(32) NOT NULL, 
	browser VARCHAR(32) NOT NULL, 
	journal_length INTEGER NOT NULL, 
	drawing JSON DEFAULT '{}' NOT NULL, 
	saves_until DATETIME DEFAULT '9999-01-01 00:00:00' NOT NULL, 
	hand_in_until DATETIME DEFAULT '9999-01-01 00:00:00' NOT NULL, 
	added_seconds INTEGER DEFAULT '0' NOT NULL, 
	reached INTEGER DEFAULT '0' NOT NULL, 
	locked_at DATETIME, 
	voided_at DATETIME, 
	is_given_back BOOLEAN DEFAULT 0 NOT NULL, 
	last_seen_at DATETIME, 
	last_saved_at DATETIME, 
	focus_losses INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT ck_attempt_deadlines_in_order CHECK (saves_until >= closes_at AND hand_in_until >= saves_until),
	CONSTRAINT ck_attempt_ended_at_set_when_ended CHECK ((state = 'open') = (ended_at IS NULL)),
	CONSTRAINT ck_attempt_state_is_known CHECK (state IN ('open', 'submitted', 'closed', 'abandoned')),
	CONSTRAINT fk_attempt_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_attempt_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_attempt PRIMARY KEY (id),
	CONSTRAINT uq_attempt_sitting_id_person_id_number UNIQUE (sitting_id, person_id, number)
);

CREATE INDEX ix_attempt_person_id ON attempt (person_id);

CREATE INDEX ix_attempt_state_hand_in_until ON attempt (state, hand_in_until);

CREATE TABLE attempt_event (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	happened_at DATETIME NOT NULL, 
	account_id INTEGER, 
	cause TEXT NOT NULL, 
	detail JSON NOT NULL,
	CONSTRAINT ck_attempt_event_kind_is_known CHECK (kind IN ('started', 'taken_over', 'focus_lost', 'advanced', 'checked', 'extended', 'override_changed', 'locked', 'unlocked', 'irregularity', 'submitted', 'closed', 'abandoned', 'ended', 'voided')),
	CONSTRAINT fk_attempt_event_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT fk_attempt_event_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
	CONSTRAINT pk_attempt_event PRIMARY KEY (id)
);

CREATE INDEX ix_attempt_event_attempt_id ON attempt_event (attempt_id);

CREATE TRIGGER attempt_event_refuse_delete BEFORE DELETE ON attempt_event FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in attempt_event is only added to'); END;

CREATE TRIGGER attempt_event_refuse_update BEFORE UPDATE ON attempt_event FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in attempt_event is only added to'); END;

CREATE TABLE "attempt_result" (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	score INTEGER NOT NULL, 
	max_score INTEGER NOT NULL, 
	is_passed BOOLEAN NOT NULL, 
	computed_at DATETIME NOT NULL, 
	scorer VARCHAR(20) DEFAULT '' NOT NULL, 
	regrade_id INTEGER,
	CONSTRAINT fk_attempt_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
	CONSTRAINT fk_attempt_result_regrade_id FOREIGN KEY(regrade_id) REFERENCES regrade (id),
	CONSTRAINT pk_attempt_result PRIMARY KEY (id)
);

CREATE INDEX ix_attempt_result_attempt_id ON attempt_result (attempt_id);

CREATE TRIGGER attempt_result_refuse_delete BEFORE DELETE ON attempt_result FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in attempt_result is only added to'); END;

CREATE TRIGGER attempt_result_refuse_update BEFORE UPDATE ON attempt_result FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in attempt_result is only added to'); END;

CREATE TABLE attendance (
	id INTEGER NOT NULL, 
	study_session_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	state VARCHAR(12) NOT NULL,
	CONSTRAINT ck_attendance_state_is_known CHECK (state IN ('present', 'leave', 'absent', 'made_up', 'observer')),
	CONSTRAINT fk_attendance_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_attendance_study_session_id FOREIGN KEY(study_session_id) REFERENCES study_session (id),
	CONSTRAINT pk_attendance PRIMARY KEY (id),
	CONSTRAINT uq_attendance_study_session_id_person_id UNIQUE (study_session_id, person_id)
);

CREATE INDEX ix_attendance_person_id ON attendance (person_id);

CREATE TABLE audit_entry (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	account_id INTEGER, 
	actor_name VARCHAR(80) NOT NULL, 
	action VARCHAR(60) NOT NULL, 
	object_type VARCHAR(40) NOT NULL, 
	object_id INTEGER, 
	detail JSON NOT NULL, 
	address VARCHAR(45) NOT NULL, 
	request_id VARCHAR(32) NOT NULL,
	CONSTRAINT fk_audit_entry_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT pk_audit_entry PRIMARY KEY (id)
);

CREATE INDEX ix_audit_entry_account_id ON audit_entry (account_id);

CREATE INDEX ix_audit_entry_action ON audit_entry (action);

CREATE INDEX ix_audit_entry_at ON audit_entry (at);

CREATE INDEX ix_audit_entry_object ON audit_entry (object_type, object_id);

CREATE TRIGGER audit_entry_refuse_delete BEFORE DELETE ON audit_entry FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in audit_entry is only added to'); END;

CREATE TRIGGER audit_entry_refuse_update BEFORE UPDATE ON audit_entry FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in audit_entry is only added to'); END;

CREATE TABLE bank_load (
	id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	loaded_at DATETIME NOT NULL,
	CONSTRAINT pk_bank_load PRIMARY KEY (id)
);

CREATE TRIGGER bank_load_refuse_delete BEFORE DELETE ON bank_load FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in bank_load is only added to'); END;

CREATE TRIGGER bank_load_refuse_update BEFORE UPDATE ON bank_load FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in bank_load is only added to'); END;

CREATE TABLE certificate (
	id INTEGER NOT NULL, 
	number VARCHAR(60) NOT NULL, 
	code VARCHAR(16) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	source VARCHAR(120) NOT NULL, 
	person_id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	item_id INTEGER NOT NULL, 
	replaces_id INTEGER, 
	issued_at DATETIME NOT NULL, 
	issued_by_id INTEGER, 
	content JSON NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	signature VARCHAR(128) NOT NULL, 
	public_key VARCHAR(64) NOT NULL,
	CONSTRAINT ck_certificate_kind_is_known CHECK (kind IN ('class_completion', 'course_completion', 'hours_statement')),
	CONSTRAINT fk_certificate_issued_by_id FOREIGN KEY(issued_by_id) REFERENCES account (id),
	CONSTRAINT fk_certificate_item_id FOREIGN KEY(item_id) REFERENCES certificate_batch_item (id),
	CONSTRAINT fk_certificate_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_certificate_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_certificate_replaces_id FOREIGN KEY(replaces_id) REFERENCES certificate (id),
	CONSTRAINT pk_certificate PRIMARY KEY (id),
	CONSTRAINT uq_certificate_code UNIQUE (code),
	CONSTRAINT uq_certificate_item_id UNIQUE (item_id),
	CONSTRAINT uq_certificate_number UNIQUE (number),
	CONSTRAINT uq_certificate_replaces_id UNIQUE (replaces_id)
);

CREATE INDEX ix_certificate_issued_at ON certificate (issued_at);

CREATE INDEX ix_certificate_organisation_id ON certificate (organisation_id);

CREATE INDEX ix_certificate_person_source ON certificate (person_id, source);

CREATE TRIGGER certificate_refuse_delete BEFORE DELETE ON certificate FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate is only added to'); END;

CREATE TRIGGER certificate_refuse_update BEFORE UPDATE ON certificate FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate is only added to'); END;

CREATE TABLE certificate_batch (
	id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	source VARCHAR(120) NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	base_url VARCHAR(200) NOT NULL, 
	requested_at DATETIME NOT NULL, 
	requested_by_id INTEGER, 
	requested_by_name VARCHAR(80) NOT NULL,
	CONSTRAINT ck_certificate_batch_kind_is_known CHECK (kind IN ('class_completion', 'course_completion', 'hours_statement')),
	CONSTRAINT fk_certificate_batch_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_certificate_batch_requested_by_id FOREIGN KEY(requested_by_id) REFERENCES account (id),
	CONSTRAINT pk_certificate_batch PRIMARY KEY (id)
);

CREATE INDEX ix_certificate_batch_organisation_id ON certificate_batch (organisation_id);

CREATE TRIGGER certificate_batch_refuse_delete BEFORE DELETE ON certificate_batch FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_batch is only added to'); END;

CREATE TRIGGER certificate_batch_refuse_update BEFORE UPDATE ON certificate_batch FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_batch is only added to'); END;

CREATE TABLE certificate_batch_item (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	reason TEXT NOT NULL, 
	characters VARCHAR(80) NOT NULL, 
	claim VARCHAR(32) NOT NULL, 
	claimed_until DATETIME, 
	tries INTEGER NOT NULL,
	CONSTRAINT ck_certificate_batch_item_state_is_known CHECK (state IN ('waiting', 'issued', 'printed', 'refused', 'failed')),
	CONSTRAINT fk_certificate_batch_item_batch_id FOREIGN KEY(batch_id) REFERENCES certificate_batch (id),
	CONSTRAINT fk_certificate_batch_item_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_certificate_batch_item PRIMARY KEY (id),
	CONSTRAINT uq_certificate_batch_item_batch_id_person_id UNIQUE (batch_id, person_id)
);

CREATE INDEX ix_certificate_batch_item_state ON certificate_batch_item (state, batch_id);

CREATE TABLE certificate_paper (
	certificate_id INTEGER NOT NULL, 
	pdf BLOB NOT NULL, 
	printed_at DATETIME NOT NULL,
	CONSTRAINT fk_certificate_paper_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
	CONSTRAINT pk_certificate_paper PRIMARY KEY (certificate_id)
);

CREATE TRIGGER certificate_paper_refuse_delete BEFORE DELETE ON certificate_paper FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_paper is only added to'); END;

CREATE TRIGGER certificate_paper_refuse_update BEFORE UPDATE ON certificate_paper FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_paper is only added to'); END;

CREATE TABLE certificate_revocation (
	id INTEGER NOT NULL, 
	certificate_id INTEGER NOT NULL, 
	revoked_at DATETIME NOT NULL, 
	revoked_by_id INTEGER, 
	cause TEXT NOT NULL,
	CONSTRAINT fk_certificate_revocation_certificate_id FOREIGN KEY(certificate_id) REFERENCES certificate (id),
	CONSTRAINT fk_certificate_revocation_revoked_by_id FOREIGN KEY(revoked_by_id) REFERENCES account (id),
	CONSTRAINT pk_certificate_revocation PRIMARY KEY (id),
	CONSTRAINT uq_certificate_revocation_certificate_id UNIQUE (certificate_id)
);

CREATE TRIGGER certificate_revocation_refuse_delete BEFORE DELETE ON certificate_revocation FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_revocation is only added to'); END;

CREATE TRIGGER certificate_revocation_refuse_update BEFORE UPDATE ON certificate_revocation FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in certificate_revocation is only added to'); END;

CREATE TABLE certificate_series (
	series VARCHAR(50) NOT NULL, 
	last_place INTEGER NOT NULL,
	CONSTRAINT ck_certificate_series_last_place_not_negative CHECK (last_place >= 0),
	CONSTRAINT pk_certificate_series PRIMARY KEY (series)
);

CREATE TABLE class_run (
	id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	covers_mass_work BOOLEAN NOT NULL, 
	training_kind VARCHAR(24) NOT NULL, 
	delivery_mode VARCHAR(12) NOT NULL, 
	starts_on DATE NOT NULL, 
	ends_on DATE NOT NULL, 
	lesson_hours INTEGER NOT NULL, 
	instructor_name VARCHAR(80) NOT NULL, 
	is_required BOOLEAN NOT NULL, 
	learner_count INTEGER NOT NULL, 
	note TEXT NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	withdrawn_at DATETIME, 
	withdrawal_reason TEXT NOT NULL,
	CONSTRAINT ck_class_run_delivery_mode_is_known CHECK (delivery_mode IN ('off_job', 'intensive', 'online')),
	CONSTRAINT ck_class_run_ends_after_start CHECK (ends_on >= starts_on),
	CONSTRAINT ck_class_run_lesson_hours_not_negative CHECK (lesson_hours >= 0),
	CONSTRAINT ck_class_run_training_kind_is_known CHECK (training_kind IN ('induction', 'appointment_training', 'in_service', 'theme_class', 'other')),
	CONSTRAINT fk_class_run_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_class_run_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES account (id),
	CONSTRAINT pk_class_run PRIMARY KEY (id)
);

CREATE INDEX ix_class_run_organisation_id ON class_run (organisation_id);

CREATE TABLE class_run_learner (
	id INTEGER NOT NULL, 
	class_run_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	outcome VARCHAR(16) NOT NULL,
	CONSTRAINT ck_class_run_learner_outcome_is_known CHECK (outcome IN ('completed', 'not_completed', 'pending')),
	CONSTRAINT fk_class_run_learner_class_run_id FOREIGN KEY(class_run_id) REFERENCES class_run (id),
	CONSTRAINT fk_class_run_learner_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_class_run_learner PRIMARY KEY (id),
	CONSTRAINT uq_class_run_learner_class_run_id_person_id UNIQUE (class_run_id, person_id)
);

CREATE INDEX ix_class_run_learner_person_id ON class_run_learner (person_id);

CREATE TABLE clause (
	id INTEGER NOT NULL, 
	document_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	ref VARCHAR(12) NOT NULL, 
	kind VARCHAR(12) NOT NULL, 
	text TEXT NOT NULL, 
	line_start INTEGER NOT NULL, 
	line_end INTEGER NOT NULL,
	CONSTRAINT fk_clause_document_id FOREIGN KEY(document_id) REFERENCES document (id),
	CONSTRAINT pk_clause PRIMARY KEY (id),
	CONSTRAINT uq_clause_document_id_ref UNIQUE (document_id, ref)
);

CREATE TRIGGER clause_refuse_delete BEFORE DELETE ON clause FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in clause is only added to'); END;

CREATE TRIGGER clause_refuse_update BEFORE UPDATE ON clause FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in clause is only added to'); END;

CREATE TABLE course (
	id INTEGER NOT NULL, 
	slug VARCHAR(60) NOT NULL, 
	organisation_id INTEGER, 
	source_digest VARCHAR(64),
	CONSTRAINT fk_course_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_course PRIMARY KEY (id),
	CONSTRAINT uq_course_slug UNIQUE (slug)
);

CREATE TABLE document (
	id INTEGER NOT NULL, 
	slug VARCHAR(60) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	file_digest VARCHAR(64) NOT NULL, 
	source_name VARCHAR(200) NOT NULL, 
	imported_at DATETIME NOT NULL, 
	imported_by_id INTEGER,
	CONSTRAINT fk_document_imported_by_id FOREIGN KEY(imported_by_id) REFERENCES account (id),
	CONSTRAINT pk_document PRIMARY KEY (id),
	CONSTRAINT uq_document_slug UNIQUE (slug)
);

CREATE TRIGGER document_refuse_delete BEFORE DELETE ON document FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in document is only added to'); END;

CREATE TRIGGER document_refuse_update BEFORE UPDATE ON document FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in document is only added to'); END;

CREATE TABLE edition (
	id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	description TEXT NOT NULL, 
	published_at DATETIME NOT NULL, 
	published_by_id INTEGER,
	CONSTRAINT fk_edition_course_id FOREIGN KEY(course_id) REFERENCES course (id),
	CONSTRAINT fk_edition_published_by_id FOREIGN KEY(published_by_id) REFERENCES account (id),
	CONSTRAINT pk_edition PRIMARY KEY (id),
	CONSTRAINT uq_edition_course_id_number UNIQUE (course_id, number)
);

CREATE TRIGGER edition_refuse_delete BEFORE DELETE ON edition FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in edition is only added to'); END;

CREATE TRIGGER edition_refuse_update BEFORE UPDATE ON edition FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in edition is only added to'); END;

CREATE TABLE "exam" (
	id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	module_slug VARCHAR(60), 
	title VARCHAR(200) NOT NULL, 
	instructions TEXT NOT NULL, 
	blueprint JSON NOT NULL, 
	time_limit_minutes INTEGER NOT NULL, 
	attempts_allowed INTEGER NOT NULL, 
	pass_percent INTEGER NOT NULL, 
	choice_policy VARCHAR(20) NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by_id INTEGER, 
	published_at DATETIME, 
	behaviour VARCHAR(12) DEFAULT 'exam' NOT NULL, 
	tries INTEGER DEFAULT '1' NOT NULL, 
	navigation VARCHAR(12) DEFAULT 'free' NOT NULL, 
	tolerance_seconds INTEGER DEFAULT '5' NOT NULL, 
	time_out VARCHAR(12) DEFAULT 'submit' NOT NULL, 
	grace_minutes INTEGER DEFAULT '0' NOT NULL, 
	resit_for VARCHAR(12) DEFAULT 'failed' NOT NULL, 
	delay_minutes INTEGER DEFAULT '0' NOT NULL, 
	counting VARCHAR(12) DEFAULT 'highest' NOT NULL, 
	markers INTEGER DEFAULT '1' NOT NULL, 
	marker_tolerance_percent INTEGER DEFAULT '20' NOT NULL, 
	review JSON DEFAULT '{}' NOT NULL,
	CONSTRAINT ck_exam_attempts_in_range CHECK (attempts_allowed BETWEEN 1 AND 20),
	CONSTRAINT ck_exam_behaviour_is_known CHECK (behaviour IN ('exam', 'practice')),
	CONSTRAINT ck_exam_counting_is_known CHECK (counting IN ('highest', 'latest', 'first', 'average')),
	CONSTRAINT ck_exam_delay_in_range CHECK (delay_minutes BETWEEN 0 AND 525600),
	CONSTRAINT ck_exam_grace_set_for_grace CHECK ((time_out = 'grace') = (grace_minutes > 0) AND grace_minutes <= 120),
	CONSTRAINT ck_exam_kind_is_known CHECK (kind IN ('module_test', 'final_exam')),
	CONSTRAINT ck_exam_marker_tolerance_in_range CHECK (marker_tolerance_percent BETWEEN 0 AND 100),
	CONSTRAINT ck_exam_markers_in_range CHECK (markers BETWEEN 1 AND 2),
	CONSTRAINT ck_exam_module_set_for_module_test CHECK ((kind = 'module_test') = (module_slug IS NOT NULL)),
	CONSTRAINT ck_exam_navigation_is_known CHECK (navigation IN ('free', 'one_way')),
	CONSTRAINT ck_exam_pass_percent_in_range CHECK (pass_percent BETWEEN 1 AND 100),
	CONSTRAINT ck_exam_resit_for_is_known CHECK (resit_for IN ('failed', 'all')),
	CONSTRAINT ck_exam_time_limit_in_range CHECK (time_limit_minutes BETWEEN 1 AND 600),
	CONSTRAINT ck_exam_time_out_is_known CHECK (time_out IN ('submit', 'grace', 'discard')),
	CONSTRAINT ck_exam_tolerance_in_range CHECK (tolerance_seconds BETWEEN 0 AND 120),
	CONSTRAINT ck_exam_tries_in_range CHECK (tries BETWEEN 1 AND 10),
	CONSTRAINT fk_exam_course_id FOREIGN KEY(course_id) REFERENCES course (id),
	CONSTRAINT fk_exam_created_by_id FOREIGN KEY(created_by_id) REFERENCES account (id),
	CONSTRAINT fk_exam_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_exam PRIMARY KEY (id)
);

CREATE INDEX ix_exam_organisation_id ON exam (organisation_id);

CREATE TRIGGER exam_refuse_delete BEFORE DELETE ON exam FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in exam is only added to'); END;

CREATE TRIGGER exam_refuse_update BEFORE UPDATE ON exam FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in exam is only added to'); END;

CREATE TABLE figure (
	edition_id INTEGER NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	content BLOB NOT NULL,
	CONSTRAINT fk_figure_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
	CONSTRAINT pk_figure PRIMARY KEY (edition_id, name)
);

CREATE TRIGGER figure_refuse_delete BEFORE DELETE ON figure FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in figure is only added to'); END;

CREATE TRIGGER figure_refuse_update BEFORE UPDATE ON figure FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in figure is only added to'); END;

CREATE TABLE item_exposure (
	sitting_id INTEGER NOT NULL, 
	question_version_id INTEGER NOT NULL, 
	papers INTEGER NOT NULL,
	CONSTRAINT fk_item_exposure_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
	CONSTRAINT fk_item_exposure_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_item_exposure PRIMARY KEY (sitting_id, question_version_id)
);

CREATE TABLE journal_entry (
	attempt_id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	slot_number INTEGER NOT NULL, 
	response JSON NOT NULL, 
	received_at DATETIME NOT NULL, 
	client_time VARCHAR(40), 
	place VARCHAR(32) NOT NULL, device VARCHAR(32) DEFAULT '' NOT NULL,
	CONSTRAINT fk_journal_entry_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
	CONSTRAINT pk_journal_entry PRIMARY KEY (attempt_id, seq),
	CONSTRAINT uq_journal_entry_attempt_id_key UNIQUE (attempt_id, "key")
);

CREATE TRIGGER journal_entry_refuse_delete BEFORE DELETE ON journal_entry FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in journal_entry is only added to'); END;

CREATE TRIGGER journal_entry_refuse_update BEFORE UPDATE ON journal_entry FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in journal_entry is only added to'); END;

CREATE TABLE ledger_checkpoint (
	id INTEGER NOT NULL, 
	seq INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by_id INTEGER, 
	signature VARCHAR(128) NOT NULL,
	CONSTRAINT fk_ledger_checkpoint_made_by_id FOREIGN KEY(made_by_id) REFERENCES account (id),
	CONSTRAINT pk_ledger_checkpoint PRIMARY KEY (id)
);

CREATE TRIGGER ledger_checkpoint_refuse_delete BEFORE DELETE ON ledger_checkpoint FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_checkpoint is only added to'); END;

CREATE TRIGGER ledger_checkpoint_refuse_update BEFORE UPDATE ON ledger_checkpoint FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_checkpoint is only added to'); END;

CREATE TABLE ledger_entry (
	id INTEGER NOT NULL, 
	token VARCHAR(32) NOT NULL, 
	kind VARCHAR(30) NOT NULL, 
	subject_kind VARCHAR(16) NOT NULL, 
	subject_id INTEGER NOT NULL, 
	source_id INTEGER NOT NULL, 
	happened_on DATE NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	body JSON NOT NULL, 
	corrects VARCHAR(32), 
	cause TEXT NOT NULL, 
	approved_by_id INTEGER, 
	code VARCHAR(64) NOT NULL,
	CONSTRAINT ck_ledger_entry_kind_is_known CHECK (kind IN ('module_finished', 'exam_result', 'class_outcome', 'attendance')),
	CONSTRAINT ck_ledger_entry_subject_kind_is_known CHECK (subject_kind IN ('person', 'organisation')),
	CONSTRAINT fk_ledger_entry_approved_by_id FOREIGN KEY(approved_by_id) REFERENCES account (id),
	CONSTRAINT fk_ledger_entry_corrects FOREIGN KEY(corrects) REFERENCES ledger_entry (token),
	CONSTRAINT fk_ledger_entry_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES account (id),
	CONSTRAINT pk_ledger_entry PRIMARY KEY (id),
	CONSTRAINT uq_ledger_entry_token UNIQUE (token)
);

CREATE INDEX ix_ledger_entry_source ON ledger_entry (kind, source_id);

CREATE INDEX ix_ledger_entry_subject ON ledger_entry (subject_kind, subject_id);

CREATE TRIGGER ledger_entry_refuse_delete BEFORE DELETE ON ledger_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_entry is only added to'); END;

CREATE TRIGGER ledger_entry_refuse_update BEFORE UPDATE ON ledger_entry FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_entry is only added to'); END;

CREATE TABLE ledger_seal (
	seq INTEGER NOT NULL, 
	entry_id INTEGER NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	seal VARCHAR(64) NOT NULL, 
	sealed_at DATETIME NOT NULL,
	CONSTRAINT fk_ledger_seal_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id),
	CONSTRAINT pk_ledger_seal PRIMARY KEY (seq),
	CONSTRAINT uq_ledger_seal_entry_id UNIQUE (entry_id)
);

CREATE TRIGGER ledger_seal_refuse_delete BEFORE DELETE ON ledger_seal FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_seal is only added to'); END;

CREATE TRIGGER ledger_seal_refuse_update BEFORE UPDATE ON ledger_seal FOR EACH ROW BEGIN SELECT RAISE(ABORT, 'history in ledger_seal is only added to'); END;

CREATE TABLE "mark" (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	slot_number INTEGER NOT NULL, 
	fraction VARCHAR(40) NOT NULL, 
	mark INTEGER NOT NULL, 
	marked_by_id INTEGER, 
	comment TEXT NOT NULL, 
	marked_at DATETIME NOT NULL, 
	kind VARCHAR(12) DEFAULT 'machine' NOT NULL, 
	is_dropped BOOLEAN DEFAULT 0 NOT NULL, 
	points JSON DEFAULT '{}' NOT NULL, 
	regrade_id INTEGER,
	CONSTRAINT ck_mark_kind_is_known CHECK (kind IN ('machine', 'first', 'second', 'agreed', 'regrade')),
	CONSTRAINT fk_mark_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
	CONSTRAINT fk_mark_marked_by_id FOREIGN KEY(marked_by_id) REFERENCES account (id),
	CONSTRAINT fk_mark_regrade_id FOREIGN KEY(regrade_id) REFERENCES regrade (id),
	CONSTRAINT pk_mark PRIMARY KEY (id)
);

CREATE INDEX ix_mark_attempt_slot ON mark (attempt_id, slot_number);

CREATE INDEX ix_mark_regrade_id ON mark (regrade_id);

CREATE TRIGGER mark_refuse_delete BEFORE DELETE ON mark FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in mark is only added to'); END;

CREATE TRIGGER mark_refuse_update BEFORE UPDATE ON mark FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in mark is only added to'); END;

CREATE TABLE mass_organisation_system (
	id INTEGER NOT NULL, 
	code VARCHAR(20) NOT NULL, 
	name VARCHAR(60) NOT NULL, 
	sort_number INTEGER NOT NULL,
	CONSTRAINT pk_mass_organisation_system PRIMARY KEY (id),
	CONSTRAINT uq_mass_organisation_system_code UNIQUE (code)
);

CREATE TABLE module (
	id INTEGER NOT NULL, 
	edition_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	slug VARCHAR(60) NOT NULL, 
	section INTEGER NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	overview_html TEXT NOT NULL, 
	objectives JSON NOT NULL, 
	study_hours INTEGER NOT NULL,
	CONSTRAINT fk_module_edition_id FOREIGN KEY(edition_id) REFERENCES edition (id),
	CONSTRAINT pk_module PRIMARY KEY (id),
	CONSTRAINT uq_module_edition_id_number UNIQUE (edition_id, number),
	CONSTRAINT uq_module_edition_id_slug UNIQUE (edition_id, slug)
);

CREATE TRIGGER module_refuse_delete BEFORE DELETE ON module FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in module is only added to'); END;

CREATE TRIGGER module_refuse_update BEFORE UPDATE ON module FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in module is only added to'); END;

CREATE TABLE module_finish (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	module_slug VARCHAR(60) NOT NULL, 
	module_id INTEGER NOT NULL, 
	finished_at DATETIME NOT NULL,
	CONSTRAINT fk_module_finish_course_id FOREIGN KEY(course_id) REFERENCES course (id),
	CONSTRAINT fk_module_finish_module_id FOREIGN KEY(module_id) REFERENCES module (id),
	CONSTRAINT fk_module_finish_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_module_finish PRIMARY KEY (id),
	CONSTRAINT uq_module_finish_person_id_course_id_module_slug UNIQUE (person_id, course_id, module_slug)
);

CREATE TRIGGER module_finish_refuse_delete BEFORE DELETE ON module_finish FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in module_finish is only added to'); END;

CREATE TRIGGER module_finish_refuse_update BEFORE UPDATE ON module_finish FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in module_finish is only added to'); END;

CREATE TABLE notice (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	params JSON NOT NULL, 
	link TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	read_at DATETIME,
	CONSTRAINT fk_notice_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT pk_notice PRIMARY KEY (id)
);

CREATE INDEX ix_notice_person_read ON notice (person_id, read_at);

CREATE TRIGGER notice_refuse_delete BEFORE DELETE ON notice FOR EACH ROW WHEN (OLD.read_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in notice is only added to'); END;

CREATE TRIGGER notice_refuse_update BEFORE UPDATE ON notice FOR EACH ROW WHEN (OLD.read_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in notice is only added to'); END;

CREATE TABLE organisation (
	id INTEGER NOT NULL, 
	code VARCHAR(40) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	level VARCHAR(20) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	system_id INTEGER, 
	territorial_parent_id INTEGER, 
	vertical_parent_id INTEGER, 
	sort_number INTEGER NOT NULL, 
	is_active BOOLEAN NOT NULL,
	CONSTRAINT ck_organisation_kind_is_known CHECK (kind IN ('party_committee', 'mass_organisation', 'institution', 'other')),
	CONSTRAINT ck_organisation_level_is_known CHECK (level IN ('central', 'province', 'prefecture', 'county', 'township', 'grassroots')),
	CONSTRAINT fk_organisation_system_id FOREIGN KEY(system_id) REFERENCES mass_organisation_system (id),
	CONSTRAINT fk_organisation_territorial_parent_id FOREIGN KEY(territorial_parent_id) REFERENCES organisation (id),
	CONSTRAINT fk_organisation_vertical_parent_id FOREIGN KEY(vertical_parent_id) REFERENCES organisation (id),
	CONSTRAINT pk_organisation PRIMARY KEY (id),
	CONSTRAINT uq_organisation_code UNIQUE (code)
);

CREATE INDEX ix_organisation_territorial_parent_id ON organisation (territorial_parent_id);

CREATE INDEX ix_organisation_vertical_parent_id ON organisation (vertical_parent_id);

CREATE TABLE organisation_below (
	axis VARCHAR(12) NOT NULL, 
	above_id INTEGER NOT NULL, 
	below_id INTEGER NOT NULL, 
	depth INTEGER NOT NULL,
	CONSTRAINT ck_organisation_below_axis_is_known CHECK (axis IN ('territorial', 'vertical')),
	CONSTRAINT fk_organisation_below_above_id FOREIGN KEY(above_id) REFERENCES organisation (id),
	CONSTRAINT fk_organisation_below_below_id FOREIGN KEY(below_id) REFERENCES organisation (id),
	CONSTRAINT pk_organisation_below PRIMARY KEY (axis, above_id, below_id)
);

CREATE INDEX ix_organisation_below_below ON organisation_below (axis, below_id);

CREATE TABLE organisation_institution_kind (
	organisation_id INTEGER NOT NULL, 
	kind VARCHAR(24) NOT NULL,
	CONSTRAINT ck_organisation_institution_kind_kind_is_known CHECK (kind IN ('party_school', 'admin_college', 'cadre_college', 'socialism_college', 'mass_organisation_college', 'other')),
	CONSTRAINT fk_organisation_institution_kind_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_organisation_institution_kind PRIMARY KEY (organisation_id, kind)
);

CREATE TABLE person (
	id INTEGER NOT NULL, 
	staff_number VARCHAR(40) NOT NULL, 
	name VARCHAR(80) NOT NULL, 
	is_active BOOLEAN NOT NULL, 
	created_at DATETIME NOT NULL,
	CONSTRAINT pk_person PRIMARY KEY (id),
	CONSTRAINT uq_person_staff_number UNIQUE (staff_number)
);

CREATE INDEX ix_person_name ON person (name);

CREATE TABLE pool_item (
	sitting_id INTEGER NOT NULL, 
	cell INTEGER NOT NULL, 
	question_version_id INTEGER NOT NULL, difficulty INTEGER DEFAULT '3' NOT NULL,
	CONSTRAINT fk_pool_item_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
	CONSTRAINT fk_pool_item_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_pool_item PRIMARY KEY (sitting_id, cell, question_version_id)
);

CREATE TRIGGER pool_item_refuse_delete BEFORE DELETE ON pool_item FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in pool_item is only added to'); END;

CREATE TRIGGER pool_item_refuse_update BEFORE UPDATE ON pool_item FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in pool_item is only added to'); END;

CREATE TABLE practice_answer (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	practice_item_id INTEGER NOT NULL, 
	item_code VARCHAR(60) NOT NULL, 
	response JSON NOT NULL, 
	fraction VARCHAR(40) NOT NULL, 
	answered_at DATETIME NOT NULL,
	CONSTRAINT fk_practice_answer_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_practice_answer_practice_item_id FOREIGN KEY(practice_item_id) REFERENCES practice_item (id),
	CONSTRAINT pk_practice_answer PRIMARY KEY (id)
);

CREATE INDEX ix_practice_answer_person_code ON practice_answer (person_id, item_code);

CREATE TRIGGER practice_answer_refuse_delete BEFORE DELETE ON practice_answer FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in practice_answer is only added to'); END;

CREATE TRIGGER practice_answer_refuse_update BEFORE UPDATE ON practice_answer FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in practice_answer is only added to'); END;

CREATE TABLE practice_item (
	id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	code VARCHAR(60) NOT NULL, 
	item JSON NOT NULL,
	CONSTRAINT fk_practice_item_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT pk_practice_item PRIMARY KEY (id),
	CONSTRAINT uq_practice_item_unit_id_code UNIQUE (unit_id, code),
	CONSTRAINT uq_practice_item_unit_id_position UNIQUE (unit_id, position)
);

CREATE TRIGGER practice_item_refuse_delete BEFORE DELETE ON practice_item FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in practice_item is only added to'); END;

CREATE TRIGGER practice_item_refuse_update BEFORE UPDATE ON practice_item FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in practice_item is only added to'); END;

CREATE TABLE prepared_paper (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	seed VARCHAR(32) NOT NULL, 
	drawing JSON NOT NULL, 
	slots JSON NOT NULL, 
	prepared_at DATETIME NOT NULL,
	CONSTRAINT fk_prepared_paper_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_prepared_paper_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_prepared_paper PRIMARY KEY (id),
	CONSTRAINT uq_prepared_paper_sitting_id_person_id_number UNIQUE (sitting_id, person_id, number)
);

CREATE TABLE question (
	id INTEGER NOT NULL, 
	code VARCHAR(60) NOT NULL, 
	organisation_id INTEGER, 
	is_practice BOOLEAN NOT NULL, 
	published_version_id INTEGER, 
	created_at DATETIME NOT NULL, 
	retired_at DATETIME,
	CONSTRAINT fk_question_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_question PRIMARY KEY (id),
	CONSTRAINT uq_question_code UNIQUE (code),
	CONSTRAINT uq_question_published_version_id UNIQUE (published_version_id)
);

CREATE INDEX ix_question_organisation_id ON question (organisation_id);

CREATE TABLE question_clause (
	version_id INTEGER NOT NULL, 
	ref VARCHAR(12) NOT NULL, 
	section INTEGER NOT NULL, 
	paragraph INTEGER NOT NULL,
	CONSTRAINT fk_question_clause_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
	CONSTRAINT pk_question_clause PRIMARY KEY (version_id, ref)
);

CREATE INDEX ix_question_clause_section_paragraph ON question_clause (section, paragraph);

CREATE TABLE question_tag (
	version_id INTEGER NOT NULL, 
	tag VARCHAR(60) NOT NULL,
	CONSTRAINT fk_question_tag_version_id FOREIGN KEY(version_id) REFERENCES question_version (id),
	CONSTRAINT pk_question_tag PRIMARY KEY (version_id, tag)
);

CREATE INDEX ix_question_tag_tag ON question_tag (tag);

CREATE TABLE question_version (
	id INTEGER NOT NULL, 
	question_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	type VARCHAR(30) NOT NULL, 
	difficulty INTEGER NOT NULL, 
	stem TEXT NOT NULL, 
	item JSON NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	written_at DATETIME NOT NULL, 
	written_by_id INTEGER, 
	published_at DATETIME, 
	published_by_id INTEGER,
	CONSTRAINT ck_question_version_difficulty_is_level CHECK (difficulty BETWEEN 1 AND 5),
	CONSTRAINT fk_question_version_published_by_id FOREIGN KEY(published_by_id) REFERENCES account (id),
	CONSTRAINT fk_question_version_question_id FOREIGN KEY(question_id) REFERENCES question (id),
	CONSTRAINT fk_question_version_written_by_id FOREIGN KEY(written_by_id) REFERENCES account (id),
	CONSTRAINT pk_question_version PRIMARY KEY (id),
	CONSTRAINT uq_question_version_question_id_number UNIQUE (question_id, number)
);

CREATE INDEX ix_question_version_type_difficulty ON question_version (type, difficulty);

CREATE TRIGGER question_version_refuse_delete BEFORE DELETE ON question_version FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in question_version is only added to'); END;

CREATE TRIGGER question_version_refuse_update BEFORE UPDATE ON question_version FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in question_version is only added to'); END;

CREATE TABLE regrade (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	question_version_id INTEGER NOT NULL, 
	correction JSON NOT NULL, 
	erratum TEXT NOT NULL, 
	cause TEXT NOT NULL, 
	proposed_at DATETIME NOT NULL, 
	proposed_by_id INTEGER, 
	decided_at DATETIME, 
	decided_by_id INTEGER, 
	is_approved BOOLEAN,
	CONSTRAINT ck_regrade_decision_has_a_moment CHECK ((decided_at IS NULL) = (is_approved IS NULL)),
	CONSTRAINT fk_regrade_decided_by_id FOREIGN KEY(decided_by_id) REFERENCES account (id),
	CONSTRAINT fk_regrade_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id),
	CONSTRAINT fk_regrade_proposed_by_id FOREIGN KEY(proposed_by_id) REFERENCES account (id),
	CONSTRAINT fk_regrade_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
	CONSTRAINT pk_regrade PRIMARY KEY (id)
);

CREATE INDEX ix_regrade_exam_version ON regrade (exam_id, question_version_id);

CREATE TRIGGER regrade_refuse_delete BEFORE DELETE ON regrade FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in regrade is only added to'); END;

CREATE TRIGGER regrade_refuse_update BEFORE UPDATE ON regrade FOR EACH ROW WHEN (OLD.decided_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, 'history in regrade is only added to'); END;

CREATE TABLE regrade_settlement (
	regrade_id INTEGER NOT NULL, 
	settled_at DATETIME NOT NULL,
	CONSTRAINT fk_regrade_settlement_regrade_id FOREIGN KEY(regrade_id) REFERENCES regrade (id),
	CONSTRAINT pk_regrade_settlement PRIMARY KEY (regrade_id)
);

CREATE TRIGGER regrade_settlement_refuse_delete BEFORE DELETE ON regrade_settlement FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in regrade_settlement is only added to'); END;

CREATE TRIGGER regrade_settlement_refuse_update BEFORE UPDATE ON regrade_settlement FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in regrade_settlement is only added to'); END;

CREATE TABLE role_grant (
	id INTEGER NOT NULL, 
	account_id INTEGER NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	organisation_id INTEGER, 
	granted_at DATETIME NOT NULL, 
	granted_by_id INTEGER, 
	revoked_at DATETIME,
	CONSTRAINT ck_role_grant_role_is_known CHECK (role IN ('learner', 'instructor', 'unit_admin', 'report_reader', 'system_admin', 'auditor')),
	CONSTRAINT fk_role_grant_account_id FOREIGN KEY(account_id) REFERENCES account (id),
	CONSTRAINT fk_role_grant_granted_by_id FOREIGN KEY(granted_by_id) REFERENCES account (id),
	CONSTRAINT fk_role_grant_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_role_grant PRIMARY KEY (id)
);

CREATE INDEX ix_role_grant_account_id ON role_grant (account_id);

CREATE INDEX ix_role_grant_organisation_id ON role_grant (organisation_id);

CREATE TABLE room_start (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	room VARCHAR(60) NOT NULL, 
	started_at DATETIME NOT NULL, 
	started_by_id INTEGER,
	CONSTRAINT fk_room_start_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT fk_room_start_started_by_id FOREIGN KEY(started_by_id) REFERENCES account (id),
	CONSTRAINT pk_room_start PRIMARY KEY (id)
);

CREATE INDEX ix_room_start_sitting_id ON room_start (sitting_id);

CREATE TRIGGER room_start_refuse_delete BEFORE DELETE ON room_start FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in room_start is only added to'); END;

CREATE TRIGGER room_start_refuse_update BEFORE UPDATE ON room_start FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in room_start is only added to'); END;

CREATE TABLE roster_import (
	id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	file_name VARCHAR(200) NOT NULL, 
	file_digest VARCHAR(64) NOT NULL, 
	roster JSON NOT NULL, 
	opened_for JSON NOT NULL, 
	outcome JSON NOT NULL, 
	uploaded_at DATETIME NOT NULL, 
	uploaded_by_id INTEGER, 
	confirmed_at DATETIME,
	CONSTRAINT fk_roster_import_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_roster_import_uploaded_by_id FOREIGN KEY(uploaded_by_id) REFERENCES account (id),
	CONSTRAINT pk_roster_import PRIMARY KEY (id)
);

CREATE TABLE seat (
	sitting_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	room VARCHAR(60) NOT NULL, 
	seat VARCHAR(20) NOT NULL,
	CONSTRAINT fk_seat_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_seat_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_seat PRIMARY KEY (sitting_id, person_id)
);

CREATE INDEX ix_seat_person_id ON seat (person_id);

CREATE INDEX ix_seat_sitting_room ON seat (sitting_id, room);

CREATE TABLE sign_in_failure (
	id INTEGER NOT NULL, 
	sign_in_name VARCHAR(80) NOT NULL, 
	address VARCHAR(45) NOT NULL, 
	failed_at DATETIME NOT NULL,
	CONSTRAINT pk_sign_in_failure PRIMARY KEY (id)
);

CREATE INDEX ix_sign_in_failure_address_at ON sign_in_failure (address, failed_at);

CREATE INDEX ix_sign_in_failure_name_at ON sign_in_failure (sign_in_name, failed_at);

CREATE TABLE "sitting" (
	id INTEGER NOT NULL, 
	exam_id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	opens_at DATETIME NOT NULL, 
	closes_at DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	created_by_id INTEGER, 
	cancelled_at DATETIME, 
	results_released_at DATETIME, 
	results_released_by_id INTEGER, 
	admission VARCHAR(16) DEFAULT 'organisation' NOT NULL, 
	class_run_id INTEGER, 
	latest_start_at DATETIME, 
	start_mode VARCHAR(12) DEFAULT 'self' NOT NULL, 
	prepares_papers BOOLEAN DEFAULT 0 NOT NULL, 
	papers_expected INTEGER DEFAULT '0' NOT NULL, 
	access_code VARCHAR(40) DEFAULT '' NOT NULL, 
	address_ranges TEXT DEFAULT '' NOT NULL, 
	browser_keys TEXT DEFAULT '' NOT NULL,
	CONSTRAINT ck_sitting_admission_is_known CHECK (admission IN ('organisation', 'class_run', 'seats')),
	CONSTRAINT ck_sitting_class_run_set_for_class_run CHECK ((admission = 'class_run') = (class_run_id IS NOT NULL)),
	CONSTRAINT ck_sitting_closes_after_opening CHECK (closes_at > opens_at),
	CONSTRAINT ck_sitting_latest_start_within CHECK (latest_start_at IS NULL OR (latest_start_at > opens_at AND latest_start_at <= closes_at)),
	CONSTRAINT ck_sitting_start_mode_is_known CHECK (start_mode IN ('self', 'by_hand')),
	CONSTRAINT fk_sitting_class_run_id FOREIGN KEY(class_run_id) REFERENCES class_run (id),
	CONSTRAINT fk_sitting_created_by_id FOREIGN KEY(created_by_id) REFERENCES account (id),
	CONSTRAINT fk_sitting_exam_id FOREIGN KEY(exam_id) REFERENCES exam (id),
	CONSTRAINT fk_sitting_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_sitting_results_released_by_id FOREIGN KEY(results_released_by_id) REFERENCES account (id),
	CONSTRAINT pk_sitting PRIMARY KEY (id)
);

CREATE INDEX ix_sitting_class_run_id ON sitting (class_run_id);

CREATE INDEX ix_sitting_closes_at ON sitting (closes_at);

CREATE INDEX ix_sitting_exam_id ON sitting (exam_id);

CREATE INDEX ix_sitting_organisation_id ON sitting (organisation_id);

CREATE TABLE sitting_override (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	extra_time_percent INTEGER NOT NULL, 
	opens_at DATETIME, 
	latest_start_at DATETIME, 
	closes_at DATETIME, 
	attempts_allowed INTEGER, 
	cause TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by_id INTEGER,
	CONSTRAINT ck_sitting_override_attempts_in_range CHECK (attempts_allowed BETWEEN 1 AND 20),
	CONSTRAINT ck_sitting_override_extra_time_in_range CHECK (extra_time_percent BETWEEN 0 AND 300),
	CONSTRAINT fk_sitting_override_made_by_id FOREIGN KEY(made_by_id) REFERENCES account (id),
	CONSTRAINT fk_sitting_override_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_sitting_override_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_sitting_override PRIMARY KEY (id)
);

CREATE INDEX ix_sitting_override_sitting_person ON sitting_override (sitting_id, person_id);

CREATE TRIGGER sitting_override_refuse_delete BEFORE DELETE ON sitting_override FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in sitting_override is only added to'); END;

CREATE TRIGGER sitting_override_refuse_update BEFORE UPDATE ON sitting_override FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in sitting_override is only added to'); END;

CREATE TABLE slot (
	attempt_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	question_version_id INTEGER NOT NULL, 
	max_mark INTEGER NOT NULL, 
	arrangement JSON NOT NULL, section INTEGER DEFAULT '0' NOT NULL,
	CONSTRAINT fk_slot_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id),
	CONSTRAINT fk_slot_question_version_id FOREIGN KEY(question_version_id) REFERENCES question_version (id),
	CONSTRAINT pk_slot PRIMARY KEY (attempt_id, number)
);

CREATE INDEX ix_slot_question_version_id ON slot (question_version_id);

CREATE TRIGGER slot_refuse_delete BEFORE DELETE ON slot FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in slot is only added to'); END;

CREATE TRIGGER slot_refuse_update BEFORE UPDATE ON slot FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in slot is only added to'); END;

CREATE TABLE study_group (
	id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	name VARCHAR(120) NOT NULL,
	CONSTRAINT ck_study_group_kind_is_known CHECK (kind IN ('party_centre_group', 'leadership_group')),
	CONSTRAINT fk_study_group_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT pk_study_group PRIMARY KEY (id),
	CONSTRAINT uq_study_group_organisation_id_kind UNIQUE (organisation_id, kind)
);

CREATE TABLE study_session (
	id INTEGER NOT NULL, 
	study_group_id INTEGER NOT NULL, 
	held_on DATE NOT NULL, 
	topic VARCHAR(200) NOT NULL, 
	is_on_mass_work BOOLEAN NOT NULL, 
	place VARCHAR(120) NOT NULL, 
	chair_name VARCHAR(80) NOT NULL, 
	materials TEXT NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by_id INTEGER, 
	withdrawn_at DATETIME, 
	withdrawal_reason TEXT NOT NULL,
	CONSTRAINT fk_study_session_recorded_by_id FOREIGN KEY(recorded_by_id) REFERENCES account (id),
	CONSTRAINT fk_study_session_study_group_id FOREIGN KEY(study_group_id) REFERENCES study_group (id),
	CONSTRAINT pk_study_session PRIMARY KEY (id)
);

CREATE INDEX ix_study_session_group_held ON study_session (study_group_id, held_on);

CREATE TABLE time_change (
	id INTEGER NOT NULL, 
	sitting_id INTEGER NOT NULL, 
	"key" VARCHAR(40) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	target VARCHAR(16) NOT NULL, 
	person_id INTEGER, 
	organisation_id INTEGER, 
	room VARCHAR(60), 
	minutes INTEGER NOT NULL, 
	incident_from DATETIME, 
	incident_to DATETIME, 
	cause TEXT NOT NULL, 
	made_at DATETIME NOT NULL, 
	made_by_id INTEGER,
	CONSTRAINT ck_time_change_incident_set_for_compensation CHECK ((kind = 'compensation') = (incident_from IS NOT NULL) AND (incident_from IS NULL) = (incident_to IS NULL) AND incident_to > incident_from),
	CONSTRAINT ck_time_change_kind_is_known CHECK (kind IN ('extension', 'compensation')),
	CONSTRAINT ck_time_change_minutes_in_range CHECK (minutes BETWEEN 0 AND 600),
	CONSTRAINT ck_time_change_organisation_set_for_organisation CHECK ((target = 'organisation') = (organisation_id IS NOT NULL)),
	CONSTRAINT ck_time_change_person_set_for_person CHECK ((target = 'person') = (person_id IS NOT NULL)),
	CONSTRAINT ck_time_change_room_set_for_room CHECK ((target = 'room') = (room IS NOT NULL)),
	CONSTRAINT ck_time_change_target_is_known CHECK (target IN ('person', 'organisation', 'room', 'all')),
	CONSTRAINT fk_time_change_made_by_id FOREIGN KEY(made_by_id) REFERENCES account (id),
	CONSTRAINT fk_time_change_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id),
	CONSTRAINT fk_time_change_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_time_change_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_time_change PRIMARY KEY (id),
	CONSTRAINT uq_time_change_sitting_id_key UNIQUE (sitting_id, "key")
);

CREATE TRIGGER time_change_refuse_delete BEFORE DELETE ON time_change FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in time_change is only added to'); END;

CREATE TRIGGER time_change_refuse_update BEFORE UPDATE ON time_change FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in time_change is only added to'); END;

CREATE TABLE unit (
	id INTEGER NOT NULL, 
	module_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	"key" VARCHAR(60) NOT NULL, 
	title VARCHAR(200) NOT NULL, 
	html TEXT NOT NULL, 
	characters INTEGER NOT NULL,
	CONSTRAINT fk_unit_module_id FOREIGN KEY(module_id) REFERENCES module (id),
	CONSTRAINT pk_unit PRIMARY KEY (id),
	CONSTRAINT uq_unit_module_id_key UNIQUE (module_id, "key"),
	CONSTRAINT uq_unit_module_id_number UNIQUE (module_id, number)
);

CREATE TRIGGER unit_refuse_delete BEFORE DELETE ON unit FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit is only added to'); END;

CREATE TRIGGER unit_refuse_update BEFORE UPDATE ON unit FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit is only added to'); END;

CREATE TABLE unit_clause (
	unit_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	ref VARCHAR(12) NOT NULL,
	CONSTRAINT fk_unit_clause_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT pk_unit_clause PRIMARY KEY (unit_id, position)
);

CREATE INDEX ix_unit_clause_ref ON unit_clause (ref);

CREATE TRIGGER unit_clause_refuse_delete BEFORE DELETE ON unit_clause FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit_clause is only added to'); END;

CREATE TRIGGER unit_clause_refuse_update BEFORE UPDATE ON unit_clause FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit_clause is only added to'); END;

CREATE TABLE unit_read (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	course_id INTEGER NOT NULL, 
	module_slug VARCHAR(60) NOT NULL, 
	unit_key VARCHAR(60) NOT NULL, 
	unit_id INTEGER NOT NULL, 
	read_at DATETIME NOT NULL,
	CONSTRAINT fk_unit_read_course_id FOREIGN KEY(course_id) REFERENCES course (id),
	CONSTRAINT fk_unit_read_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_unit_read_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT pk_unit_read PRIMARY KEY (id),
	CONSTRAINT uq_unit_read_person_id_course_id_module_slug_unit_key UNIQUE (person_id, course_id, module_slug, unit_key)
);

CREATE TRIGGER unit_read_refuse_delete BEFORE DELETE ON unit_read FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit_read is only added to'); END;

CREATE TRIGGER unit_read_refuse_update BEFORE UPDATE ON unit_read FOR EACH ROW  BEGIN SELECT RAISE(ABORT, 'history in unit_read is only added to'); END;

CREATE TABLE verification_failure (
	id INTEGER NOT NULL, 
	address VARCHAR(45) NOT NULL, 
	failed_at DATETIME NOT NULL,
	CONSTRAINT pk_verification_failure PRIMARY KEY (id)
);

CREATE INDEX ix_verification_failure_address_at ON verification_failure (address, failed_at);

CREATE TABLE visit (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	unit_id INTEGER NOT NULL, 
	opened_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	seconds INTEGER NOT NULL, 
	has_heartbeats BOOLEAN NOT NULL, 
	position INTEGER NOT NULL,
	CONSTRAINT ck_visit_position_is_percent CHECK (position BETWEEN 0 AND 100),
	CONSTRAINT ck_visit_seconds_not_negative CHECK (seconds >= 0),
	CONSTRAINT fk_visit_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_visit_unit_id FOREIGN KEY(unit_id) REFERENCES unit (id),
	CONSTRAINT pk_visit PRIMARY KEY (id)
);

CREATE INDEX ix_visit_person_opened ON visit (person_id, opened_at);

CREATE INDEX ix_visit_unit_id ON visit (unit_id);

CREATE TABLE waiting (
	sitting_id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	seen_at DATETIME NOT NULL,
	CONSTRAINT fk_waiting_person_id FOREIGN KEY(person_id) REFERENCES person (id),
	CONSTRAINT fk_waiting_sitting_id FOREIGN KEY(sitting_id) REFERENCES sitting (id),
	CONSTRAINT pk_waiting PRIMARY KEY (sitting_id, person_id)
);
