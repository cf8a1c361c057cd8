#include "store/profile_file.h"

#include <fmt/format.h>

#include <numeric>

namespace starling::store {

Result<std::shared_ptr<const ProfileFile>> ProfileFile::open(const Folder& folder,
                                                             const FileRef& ref) {
  std::shared_ptr<ProfileFile> profiles(new ProfileFile(TRY(SectionFile::open(folder, ref))));
  TRY(profiles->read());
  TRY(profiles->verify());
  return std::shared_ptr<const ProfileFile>(profiles);
}

Result<void> ProfileFile::read() {
  ByteReader description(file_->description());
  rows_ = description.u32();
  profiles_ = description.u32();
  uint32_t index = description.u32();
  if (description.failed()) return file_->corrupt("has a description that cannot be read");
  const Section* section = TRY(file_->section(index, SectionRole::kValidity));
  if (section->encoding != Encoding::kBits || section->count != rows_) {
    return file_->corrupt(*section, "is not a bit a user");
  }
  has_profile_ = file_->bytes(*section).data();
  versions_ = TRY(read_versions(*file_, rows_));
  uint64_t rows = versions_ ? versions_->starts.size() : rows_;
  columns_ = TRY(StoredColumns::read(*file_, rows, description));
  if (versions_) history_ = TRY(read_as_of(*file_, description));
  if (!description.finish()) return file_->corrupt("has a description that cannot be read");
  return {};
}

Result<void> ProfileFile::verify() const {
  TRY(file_->verify());
  return columns_.check_contents();
}

bool ProfileFile::has_profile(uint32_t user) const {
  if (user >= rows_) return false;
  return (static_cast<uint8_t>(has_profile_[user / 8]) >> (user % 8)) & 1;
}

void ProfileFile::describe(bool with_rows, std::string& out) const {
  out += fmt::format("  {} profiles of {} users\n", profiles_, rows_);
  columns_.describe(out);
  if (!with_rows) return;
  for (uint32_t user = 0; user < rows_; ++user) {
    if (!has_profile(user)) continue;
    uint32_t first = versions_ ? versions_->first[user] : user;
    uint32_t end = versions_ ? versions_->first[user + 1] : user + 1;
    for (uint32_t row = first; row < end; ++row) {
      out += fmt::format("    profile {}", user);
      if (versions_) out += fmt::format(" from {}", versions_->starts[row]);
      columns_.describe_row(row, out);
      out += '\n';
    }
  }
}

void ProfileBuilder::mark(uint32_t user) {
  if (user >= has_profile_.size()) has_profile_.resize(user + 1, 0);
  has_profile_[user] = 1;
}

void ProfileBuilder::point(Property& property, uint64_t first_row,
                           std::span<const uint32_t> users) {
  for (size_t i = 0; i < users.size(); ++i) {
    uint64_t row = first_row + i;
    if (users[i] == kNoUser || property.values.is_null(row)) continue;
    if (users[i] >= property.row_of_user.size()) {
      property.row_of_user.resize(users[i] + 1, ColumnBuilder::kNullRow);
    }
    property.row_of_user[users[i]] = static_cast<uint32_t>(row);
  }
}

Result<void> ProfileBuilder::add(const ProfileFile& profiles) {
  std::vector<uint32_t> users(profiles.rows());
  std::iota(users.begin(), users.end(), 0);
  for (uint32_t user : users) {
    if (profiles.has_profile(user)) mark(user);
  }
  for (const auto& [name, column] : profiles.columns().all()) {
    Property& property = properties_.emplace(name, Property(column->type())).first->second;
    TRY(property.values.append(*column));
    point(property, 0, users);
  }
  return {};
}

Result<void> ProfileBuilder::add(const event::UserBatch& batch, std::span<const uint32_t> users) {
  for (uint32_t user : users) {
    if (user != kNoUser) mark(user);
  }
  history_ = batch.history;
  if (history_) {
    version_users_.assign(users.begin(), users.end());
    version_starts_ = batch.starts;
  }
  for (const event::NamedColumn& given : batch.properties) {
    Property& property = properties_.emplace(given.name, Property(given.column.type)).first->second;
    uint64_t first_row = property.values.size();
    auto appended = property.values.append(given.column);
    if (!appended)
      return std::move(appended).error().wrap(fmt::format("user property \"{}\"", given.name));
    point(property, first_row, users);
  }
  return {};
}

std::vector<event::Property> ProfileBuilder::properties() const {
  std::vector<event::Property> properties;
  for (const auto& [name, property] : properties_)
    properties.push_back({name, property.values.type()});
  return properties;
}

Result<FileRef> ProfileBuilder::write(const Folder& folder, uint64_t number,
                                      uint32_t user_count) const {
  auto file = TRY(SectionFileWriter::create(folder, FileKind::kProfiles, number));
  EncodedSection has_profile = encode_bits(SectionRole::kValidity, user_count, [&](size_t user) {
    return user < has_profile_.size() && has_profile_[user] != 0;
  });
  ByteWriter description;
  description.u32(user_count);
  description.u32(std::accumulate(has_profile_.begin(), has_profile_.end(), uint32_t{0}));
  description.u32(TRY(file->add(has_profile.section, has_profile.bytes)));
  VersionOrder versions;
  if (history_) {
    versions = order_versions(version_users_, version_starts_, user_count);
    TRY(write_versions(versions, *file));
  }
  description.u32(static_cast<uint32_t>(properties_.size()));
  for (const auto& [name, property] : properties_) {
    std::vector<uint32_t> order = history_ ? versions.rows : property.row_of_user;
    if (!history_) order.resize(user_count, ColumnBuilder::kNullRow);
    description.text(name);
    TRY(write_column(property.values.encode(order), *file, description));
  }
  if (history_) write_as_of(*history_, description);
  return file->finish(description.str());
}

}  // namespace starling::store
